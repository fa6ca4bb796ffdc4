/**
 * Reads port lists as people type them for nmap: `22,80-90`, `-100`, `60000-`, `-`, `http*`,
 * `T:443`. What the most common ports are called and which they are is in `services.ts`.
 */
import { PORT_COUNT } from "units";
import { servicePorts } from "./services.ts";

/** What a port list may look like, for messages. */
const ALLOWED = "ports are 0 to 65535, written like 22,80-90, -100, 60000-, - or http";

/** Where an open-ended range begins: port 0 is asked only if it is named, as in nmap. */
const FIRST_PORT = 1;

/**
 * Reads a port list.
 *
 * @returns The ports, ascending, without repeats.
 * @throws {RangeError} If a port does not exist, or a range is empty.
 * @throws {SyntaxError} If an entry cannot be read.
 */
export function parsePorts(text: string): Uint16Array<ArrayBuffer> {
  const wanted = new Uint8Array(PORT_COUNT);
  if (text.trim() === "") {
    throw new SyntaxError(`Cannot use "${text}" as a port list: it is empty; ${ALLOWED}`);
  }
  for (const entry of text.split(",")) addEntry(wanted, entry.trim(), text);
  return collect(wanted);
}

function addEntry(wanted: Uint8Array, entry: string, list: string): void {
  if (entry === "") {
    throw new SyntaxError(`Cannot use "${list}" as a port list: an entry is empty; ${ALLOWED}`);
  }
  const [, protocol, rest = ""] = /^(?:([A-Za-z]):)?(.*)$/s.exec(entry) ?? [];
  if (protocol !== undefined && protocol.toUpperCase() !== "T") {
    throw new SyntaxError(`Cannot use "${entry}" as a port: only TCP ports (T:) are scanned`);
  }
  const range = /^(\d*)-(\d*)$/.exec(rest);
  if (range !== null) {
    addRange(wanted, range, entry);
  } else if (/^\d+$/.test(rest)) {
    wanted[portNumber(rest, entry)] = 1;
  } else {
    addNames(wanted, rest, entry);
  }
}

function addRange(wanted: Uint8Array, [, low = "", high = ""]: string[], entry: string): void {
  const first = low === "" ? FIRST_PORT : portNumber(low, entry);
  const last = high === "" ? PORT_COUNT - 1 : portNumber(high, entry);
  if (first > last) {
    throw new RangeError(
      `Cannot use "${entry}" as a port range: it is empty, its first port is above its last`,
    );
  }
  wanted.fill(1, first, last + 1);
}

function portNumber(digits: string, entry: string): number {
  const port = Number(digits);
  if (port >= PORT_COUNT) {
    const where = digits === entry ? "" : ` in "${entry}"`;
    throw new RangeError(`Cannot use "${digits}"${where} as a port: ports are 0 to 65535`);
  }
  return port;
}

function addNames(wanted: Uint8Array, pattern: string, entry: string): void {
  if (!/^[A-Za-z0-9*?][A-Za-z0-9*?_.+-]*$/.test(pattern)) {
    throw new SyntaxError(`Cannot read "${entry}" as a port: ${ALLOWED}`);
  }
  const ports = servicePorts(pattern);
  if (ports.length === 0) {
    throw new RangeError(
      `Cannot use "${entry}" as a port: no TCP service has this name; ${ALLOWED}`,
    );
  }
  for (const port of ports) wanted[port] = 1;
}

function collect(wanted: Uint8Array): Uint16Array<ArrayBuffer> {
  const ports = new Uint16Array(wanted.reduce((sum, flag) => sum + flag, 0));
  let count = 0;
  for (let port = 0; port < PORT_COUNT; port++) {
    if (wanted[port] === 1) ports[count++] = port;
  }
  return ports;
}
