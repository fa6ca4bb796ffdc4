/**
 * CSV (`-oC`, RFC 4180 with line feeds): one row per port, below a row of names. Open ports come
 * the moment they are known, the others at the end of their target, if the table for people would
 * list them; states that thousands of ports share belong into `-oJ` and `-oX`.
 */
import type { PortEvent, ScanEvent, TargetEvent } from "scan/event.ts";
import { serviceName } from "scan/services.ts";
import { escapeText } from "./escape.ts";
import type { Format, FormatOptions } from "./format.ts";
import { listedPorts } from "./port_rows.ts";
import { hiddenGroups } from "./port_table.ts";

/** Names of the columns; new ones are added at the end. */
const COLUMNS = [
  "ip",
  "port",
  "protocol",
  "state",
  "reason",
  "service",
  "ttl",
  "rtt_us",
  "time_us",
  "name",
] as const;

/** What a row has in each column. */
type Row = Readonly<Record<(typeof COLUMNS)[number], string | number>>;

/** Beginnings that make spreadsheets take a text for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** See the file's comment. */
export class Csv implements Format {
  readonly #options: FormatOptions;
  /** Names of targets that were given by name. */
  readonly #names = new Map<string, string>();
  #hasHead = false;

  /** Rows with these options. */
  constructor(options: FormatOptions) {
    this.#options = options;
  }

  /** Rows for the event, or nothing. */
  render(event: ScanEvent): string {
    switch (event.type) {
      case "start":
        return this.#hasHead ? "" : `${COLUMNS.join(",")}\n`;
      case "target-up":
        if (event.name !== undefined) this.#names.set(event.ip, event.name);
        return "";
      case "port":
        return this.#open(event);
      case "target":
        return this.#others(event);
      default:
        return "";
    }
  }

  /** Rows follow rows: the names of the columns stand above them already. */
  resume(ending: string): number {
    this.#hasHead = ending.trim() !== "";
    return 0;
  }

  #open({ ip, port, state, reason, ttl, rttUs, timeUs }: PortEvent): string {
    return rowText({
      ip,
      port,
      protocol: "tcp",
      state,
      reason,
      service: serviceName(port) ?? "",
      ttl,
      rtt_us: Number.isFinite(rttUs) ? Math.round(rttUs) : "",
      time_us: Math.round(timeUs),
      name: this.#names.get(ip) ?? "",
    });
  }

  #others(target: TargetEvent): string {
    this.#names.delete(target.ip);
    const rows = listedPorts(target, hiddenGroups(target, this.#options));
    return rows.filter(({ state }) => state !== "open").map((row) =>
      rowText({
        ip: target.ip,
        port: row.port,
        protocol: "tcp",
        state: row.state,
        reason: row.reason,
        service: row.service === "unknown" ? "" : row.service,
        ttl: row.ttl > 0 ? row.ttl : "",
        rtt_us: "",
        time_us: Math.round(target.startUs + target.durationUs),
        name: target.name ?? "",
      })
    ).join("");
  }
}

function rowText(row: Row): string {
  return `${COLUMNS.map((column) => cell(row[column])).join(",")}\n`;
}

/** A field that neither ends early nor does anything in a spreadsheet. */
function cell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const text = escapeText(FORMULA.test(value) ? `'${value}` : value);
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
