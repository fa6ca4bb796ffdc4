/**
 * Names of TCP ports, and which ports are the most common ones. The data are in
 * `service_names.ts` and `common_ports.ts`; both are read on first use only, since most scans need
 * just one of them.
 */
import { COMMON_PORTS } from "./common_ports.ts";
import { SERVICE_NAMES } from "./service_names.ts";

let ranked: Uint16Array<ArrayBuffer> | undefined;
let nameByPort: Map<number, string> | undefined;

/** How many ports {@linkcode topPorts} knows: the largest N of `--top-ports N`. */
export const TOP_PORTS_LIMIT = 2_000;

/** Ports of a scan that names none, as in nmap. */
export const DEFAULT_TOP_PORTS = 1_000;

/** Ports of a fast scan (`-F`), as in nmap. */
export const FAST_TOP_PORTS = 100;

/** The most common TCP ports, most common first. The array is shared: do not write to it. */
export function rankedPorts(): Uint16Array<ArrayBuffer> {
  ranked ??= Uint16Array.from(COMMON_PORTS.trim().split(/\s+/), Number);
  return ranked;
}

/**
 * The most common TCP ports, ascending.
 *
 * @throws {RangeError} If `count` is not from 1 to {@linkcode TOP_PORTS_LIMIT}.
 */
export function topPorts(count: number): Uint16Array<ArrayBuffer> {
  if (!Number.isInteger(count) || count < 1 || count > TOP_PORTS_LIMIT) {
    throw new RangeError(
      `Cannot use "${count}" as a number of ports: the ranking has 1 to ${TOP_PORTS_LIMIT} ` +
        "(all ports: -p-)",
    );
  }
  return rankedPorts().slice(0, count).sort();
}

/** Name of the service that a TCP port is known for, or `undefined`. */
export function serviceName(port: number): string | undefined {
  return names().get(port);
}

/**
 * Ports whose service name matches, ascending. `*` stands for any text and `?` for one character,
 * as in nmap.
 */
export function servicePorts(pattern: string): number[] {
  const matcher = patternMatcher(pattern.toLowerCase());
  const ports: number[] = [];
  for (const [port, name] of names()) {
    if (matcher.test(name)) ports.push(port);
  }
  return ports;
}

function patternMatcher(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}

function names(): Map<number, string> {
  if (nameByPort === undefined) {
    nameByPort = new Map();
    for (const entry of SERVICE_NAMES.trim().split(/\s+/)) {
      const colon = entry.indexOf(":");
      nameByPort.set(Number(entry.slice(0, colon)), entry.slice(colon + 1));
    }
  }
  return nameByPort;
}
