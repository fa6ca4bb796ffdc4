/**
 * nmap's normal output for files (`-oN`): the table for people, without what is only of use while
 * one watches, between two lines that say what was asked and what came of it.
 */
import type { EndEvent, ScanEvent, StartEvent } from "scan/event.ts";
import { SECOND } from "units";
import { escapeText } from "./escape.ts";
import type { Format, FormatOptions } from "./format.ts";
import { counted } from "./numbers.ts";
import { TextReport } from "./text.ts";

/** See the file's comment. */
export class NormalReport implements Format {
  readonly #options: FormatOptions;
  readonly #report: TextReport;

  /** A report with these options. */
  constructor(options: FormatOptions) {
    this.#options = options;
    this.#report = new TextReport({ ...options, live: "none" });
  }

  /** Lines for the event, or nothing. */
  render(event: ScanEvent): string {
    if (event.type === "end") return lastLine(event, this.#options);
    const text = this.#report.render(event);
    return event.type === "start" ? firstLine(event, this.#options) + text : text;
  }
}

/** The line that begins a file in nmap's formats of lines. */
export function firstLine({ version, timeUs, args }: StartEvent, options: FormatOptions): string {
  const date = options.dateText(timeUs);
  return `# PortBunny ${version} scan initiated ${date} as: ${escapeText(args)}\n`;
}

/** The line that ends it. A file without one was cut off. */
export function lastLine(
  { timeUs, targets, up, elapsedUs }: EndEvent,
  options: FormatOptions,
): string {
  const hosts = `${counted(targets, "IP address")} (${counted(up, "host")} up)`;
  const seconds = (elapsedUs / SECOND).toFixed(2);
  const date = options.dateText(timeUs);
  return `# PortBunny done at ${date} -- ${hosts} scanned in ${seconds} seconds\n`;
}
