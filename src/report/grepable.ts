/**
 * nmap's grepable output (`-oG`): two lines per target, fields apart by tabs, the fields of a port
 * apart by slashes.
 */
import type { ScanEvent, StartEvent, TargetEvent } from "scan/event.ts";
import { escapeText } from "./escape.ts";
import type { Format, FormatOptions } from "./format.ts";
import { firstLine, lastLine } from "./normal.ts";
import { isWorthTelling, listedPorts, type PortRow } from "./port_rows.ts";
import { hiddenGroups } from "./port_table.ts";
import { formatRanges } from "./ranges.ts";

/** See the file's comment. */
export class Grepable implements Format {
  readonly #options: FormatOptions;

  /** Lines with these options. */
  constructor(options: FormatOptions) {
    this.#options = options;
  }

  /** Lines for the event, or nothing. */
  render(event: ScanEvent): string {
    switch (event.type) {
      case "start":
        return firstLine(event, this.#options) + this.#scannedPorts(event);
      case "target":
        return this.#target(event);
      case "end":
        return lastLine(event, this.#options);
      default:
        return "";
    }
  }

  #scannedPorts({ ports }: StartEvent): string {
    if (this.#options.verbosity === 0) return "";
    const tcp = `TCP(${ports.length};${formatRanges(ports)})`;
    return `# Ports scanned: ${tcp} UDP(0;) SCTP(0;) PROTOCOLS(0;)\n`;
  }

  #target(target: TargetEvent): string {
    const host = `Host: ${target.ip} (${escapeText(target.name ?? "")})\t`;
    if (target.state === "down") {
      return this.#options.verbosity > 0 ? `${host}Status: Down\n` : "";
    }
    if (!isWorthTelling(target, this.#options)) return "";
    const isTimeout = target.undecidedBecause === "host-timeout";
    const status = isTimeout ? "Timeout" : target.state === "up" ? "Up" : "Unknown";
    const ports = target.ports.length === 0 ? "" : `${host}${this.#ports(target)}\n`;
    return `${host}Status: ${status}\n${ports}`;
  }

  #ports(target: TargetEvent): string {
    const hidden = hiddenGroups(target, this.#options);
    const entries = listedPorts(target, hidden).map(portEntry).join(", ");
    // nmap names the ignored state only where there is one and no more.
    const [only, ...more] = hidden;
    const isNamed = only !== undefined && more.length === 0;
    const ignored = isNamed ? `\tIgnored State: ${only.state} (${only.ports.length})` : "";
    return `Ports: ${entries}${ignored}`;
  }
}

/** Port, state, protocol, owner, service, RPC info, version; empty ones keep their place. */
function portEntry({ port, state, service }: PortRow): string {
  const field = service === "unknown" ? "" : service.replaceAll("/", "|");
  return `${port}/${state}/tcp//${field}///`;
}
