/**
 * The table of ports as nmap draws it, and nmap's rule for what is left out of it: a state other
 * than open that many ports share is told in one line ("Not shown").
 */
import type { TargetEvent } from "scan/event.ts";
import { formatCount } from "./numbers.ts";
import { groupPorts, type PortGroup } from "./port_groups.ts";
import { listedPorts } from "./port_rows.ts";
import { PLAIN, type Style } from "./style.ts";

/** Ports of one state that are listed one by one, at verbosity 0; nmap's figure. */
const LISTED_PER_STATE = 25;

/** How much more one level of `-d` lists than one of `-v`; nmap's figure. */
const DEBUG_FACTOR = 20;

/** From this level of `-d` on everything is listed, as in nmap. */
const LIST_ALL_DEBUG = 3;

/** What to show. */
export interface TableOptions {
  /** Level of `-v`. */
  verbosity: number;
  /** Level of `-d`. */
  debugLevel: number;
  /** True: reasons show the TTL. */
  showsTtl: boolean;
  /** True: only open ports are listed. */
  openOnly: boolean;
}

/** States that are told in one line instead of port by port. */
export function hiddenGroups(target: TargetEvent, options: TableOptions): PortGroup[] {
  const { verbosity, debugLevel, openOnly } = options;
  const limit = LISTED_PER_STATE * (1 + verbosity + DEBUG_FACTOR * debugLevel);
  return groupPorts(target)
    .filter(({ state, ports }) => {
      if (state === "open") return false;
      if (openOnly) return true;
      return ports.length > limit && debugLevel < LIST_ALL_DEBUG;
    })
    .sort((one, other) => other.ports.length - one.ports.length);
}

/** The "Not shown" line, or nothing. Undecided ports have a line of their own elsewhere. */
export function notShown(hidden: readonly PortGroup[]): string {
  const parts = hidden.filter(({ state }) => state !== "unknown").flatMap(({ state, reasons }) =>
    [...reasons].sort(([, one], [, other]) => other.length - one.length)
      .map(([reason, { length }]) =>
        `${formatCount(length)} ${state} tcp port${length === 1 ? "" : "s"} (${reason})`
      )
  );
  return parts.length === 0 ? "" : `Not shown: ${parts.join(", ")}`;
}

/** The table's lines, head included; none if no port is to be listed. */
export function portTable(
  target: TargetEvent,
  hidden: readonly PortGroup[],
  { showsTtl, style = PLAIN }: TableOptions & { style?: Style },
): string[] {
  const rows = [["PORT", "STATE", "SERVICE", "REASON"]];
  for (const { port, state, service, reason, ttl } of listedPorts(target, hidden)) {
    const why = showsTtl && ttl > 0 ? `${reason} ttl ${ttl}` : reason;
    rows.push([`${port}/tcp`, state, service, why]);
  }
  return rows.length === 1 ? [] : aligned(rows, style);
}

/** Lines of cells in columns. Colours come last, so that they do not count as width. */
function aligned(rows: string[][], style: Style): string[] {
  const widths = [0, 1, 2].map((column) =>
    rows.reduce((widest, row) => Math.max(widest, row[column]!.length), 0)
  );
  return rows.map((row, index) => {
    const padded = row.map((cell, column) =>
      column < widths.length ? cell.padEnd(widths[column]!) : cell
    );
    if (index === 0) return style.faint(padded.join(" ").trimEnd());
    return padded.with(1, styleState(padded[1]!, style)).join(" ").trimEnd();
  });
}

function styleState(cell: string, style: Style): string {
  const state = cell.trimEnd();
  const rest = cell.slice(state.length);
  if (state === "open") return style.good(state) + rest;
  return (state === "closed" ? style.faint(state) : style.doubtful(state)) + rest;
}
