/**
 * The table for people, in nmap's words wherever nmap has the thing: one block per target at its
 * end, a target's first open port at once (under `-v` all of them), and a last line.
 */
import type { PortEvent, ScanEvent, TargetEvent, TargetUpEvent } from "scan/event.ts";
import { SECOND } from "units";
import { escapeText } from "./escape.ts";
import type { Format } from "./format.ts";
import { formatCount, significant } from "./numbers.ts";
import { groupPorts, type PortGroup } from "./port_groups.ts";
import { isWorthTelling } from "./port_rows.ts";
import { hiddenGroups, notShown, portTable, type TableOptions } from "./port_table.ts";
import { PLAIN, type Style } from "./style.ts";
import { endSummary, scanSummary, undecidedText } from "./summary.ts";
import { WideText } from "./wide_text.ts";

/** Targets that are down are told one by one up to so many targets, or under `-v`. */
const DOWN_LISTED = 16;

/** What to tell people, and when. */
export interface TextOptions extends TableOptions {
  /** Open ports that are told at once, before the table: none, each target's first, or all. */
  live: "none" | "first" | "all";
  /**
   * Colours.
   * @default {PLAIN}
   */
  style?: Style;
}

/** The report for people. */
export class TextReport implements Format {
  readonly #options: TextOptions;
  /** How targets that are being scanned showed that they are up. */
  readonly #signs = new Map<string, TargetUpEvent>();
  /** Targets that are being scanned and have shown an open port. */
  readonly #announced = new Set<string>();
  #targets = 0;
  /** Set if few ports are asked of many targets. */
  #wide: WideText | undefined;

  /** A report with these options. */
  constructor(options: TextOptions) {
    this.#options = options;
  }

  /** Lines for the event, or nothing. */
  render(event: ScanEvent): string {
    switch (event.type) {
      case "start":
        this.#targets = event.targets;
        this.#wide = event.plan === "wide" ? new WideText(event) : undefined;
        return "";
      case "target-up":
        this.#signs.set(event.ip, event);
        return "";
      case "port":
        return this.#discovered(event);
      case "target":
        return this.#target(event);
      case "end":
        return `${this.#wide?.end(event) ?? ""}${
          event.targets > 0 ? `${endSummary(event)}\n` : ""
        }`;
      case "verdict":
      case "sample":
      case "warning":
      case "down":
        return "";
    }
  }

  #discovered(event: PortEvent): string {
    const { live } = this.#options;
    const isTold = live === "all" || (live === "first" && !this.#announced.has(event.ip));
    this.#announced.add(event.ip);
    return isTold ? discovered(event) : "";
  }

  #target(target: TargetEvent): string {
    const sign = this.#signs.get(target.ip);
    this.#signs.delete(target.ip);
    this.#announced.delete(target.ip);
    if (target.state === "down") return this.#down(target);
    if (this.#wide !== undefined) return this.#wide.target(target);
    if (!isWorthTelling(target, this.#options)) return "";
    const undecided = groupPorts(target).find(({ state }) => state === "unknown")?.ports ?? [];
    return paragraph([
      this.#title(`PortBunny scan report for ${titleOf(target)}`),
      upLine(target, sign),
      ...this.#portLines(target),
      target.hardwareAddress === undefined
        ? ""
        : `MAC Address: ${escapeText(target.hardwareAddress.toUpperCase())}`,
      undecidedText(target, undecided),
      scanSummary(target),
    ]);
  }

  #title(text: string): string {
    return (this.#options.style ?? PLAIN).strong(text);
  }

  #portLines(target: TargetEvent): string[] {
    if (target.ports.length === 0) return [];
    const hidden = hiddenGroups(target, this.#options);
    const table = portTable(target, hidden, this.#options);
    return [
      table.length === 0 ? allIgnored(target, hidden) : "",
      notShown(hidden),
      ...table,
    ];
  }

  #down(target: TargetEvent): string {
    if (this.#targets > DOWN_LISTED && this.#options.verbosity === 0) return "";
    return paragraph([
      `PortBunny scan report for ${titleOf(target)} [host down, received ${target.reason}]`,
      this.#targets > DOWN_LISTED
        ? ""
        : "Note: Host seems down. If it is really up but answers no trigger, try -Pn",
    ]);
  }
}

/** The line that says that a port is open, as scripts know it from nmap and masscan. */
export function discovered({ ip, port, state }: PortEvent): string {
  return state === "open" ? `Discovered open port ${port}/tcp on ${ip}\n` : "";
}

/** Name and address of a target, as nmap shows them. */
export function titleOf({ ip, name }: { ip: string; name?: string }): string {
  return name === undefined || name === ip ? ip : `${escapeText(name)} (${ip})`;
}

function upLine(target: TargetEvent, sign: TargetUpEvent | undefined): string {
  if (target.state === "unknown") return "Host may be up or down: nothing has answered so far.";
  const ttl = sign !== undefined && sign.ttl > 0 ? ` ttl ${sign.ttl}` : "";
  const rttUs = Number.isFinite(target.stats.srttUs) ? target.stats.srttUs : sign?.rttUs ?? NaN;
  const latency = Number.isFinite(rttUs) ? ` (${significant(rttUs / SECOND, 2)}s latency)` : "";
  return `Host is up, received ${escapeText(target.reason)}${ttl}${latency}.`;
}

function allIgnored(target: TargetEvent, hidden: readonly PortGroup[]): string {
  if (hidden.every(({ state }) => state === "unknown")) return "";
  const count = formatCount(target.ports.length);
  return `All ${count} scanned ports on ${titleOf(target)} are in ignored states.`;
}

/** Lines that have text, and an empty line behind them. */
function paragraph(lines: string[]): string {
  return `${lines.filter((line) => line !== "").join("\n")}\n\n`;
}
