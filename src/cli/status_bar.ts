/**
 * The line at the bottom of a terminal: a bar and the figures that fit, the most wanted ones first.
 * Where it is drawn, and when, is left to `screen.ts` and `monitor.ts`.
 */
import { formatClock, formatCount, formatPercent } from "report/numbers.ts";
import { type Style, visibleLength } from "report/style.ts";
import type { Snapshot } from "./progress.ts";

/**
 * Columns of the bar: what it is given at most, what is too little for one, and the steps in which
 * it grows, so that it does not tremble with every digit beside it.
 */
const BAR = { most: 24, least: 6, step: 6 } as const;

/** Between the parts of the line. */
const GAP = "  ";

/** Share of lost packets that deserves a look, and one that is trouble. */
const LOSS = { doubtful: 0.01, bad: 0.1 } as const;

/** How a bar is drawn. */
export interface BarOptions {
  /** Columns that there are. */
  columns: number;
  style: Style;
  /** True: line-drawing characters; false: ASCII. */
  isUnicode: boolean;
  /** True while the user has paused the scan. */
  isPaused: boolean;
}

/** The line, without anything that moves the cursor. */
export function statusBar(snapshot: Snapshot, options: BarOptions): string {
  // The last column stays free: some terminals go to the next line when it is written.
  const room = Math.max(options.columns - 1, 0);
  const parts = partsOf(snapshot, options);
  while (parts.length > 1 && widthOf(parts) > room - BAR.least - GAP.length) parts.pop();
  const text = parts.join(GAP);
  const left = room - widthOf(parts) - GAP.length;
  const barRoom = Math.min(BAR.most, left - left % BAR.step);
  if (barRoom >= BAR.least) return `${bar(snapshot.share, barRoom, options)}${GAP}${text}`;
  return visibleLength(text) <= room
    ? text
    : `${(snapshot.share * 100).toFixed(0)}%`.slice(0, room);
}

/** From the most wanted to what one can do without. */
function partsOf(snapshot: Snapshot, { style, isPaused }: BarOptions): string[] {
  const { share, remainingUs, rate, open, sent, lost, cwnd, limitedBy } = snapshot;
  const ports = `${formatCount(open)} open`;
  return [
    `${(share * 100).toFixed(1).padStart(5)}%`,
    ...isPaused ? [style.doubtful("paused")] : [],
    ...Number.isFinite(remainingUs) && !isPaused ? [`${formatClock(remainingUs)} left`] : [],
    open > 0 ? style.good(ports) : ports,
    `${formatCount(rate)}/s`,
    ...sent > 0 ? [lossText(lost / sent, style)] : [],
    ...limitedBy === "" || isPaused ? [] : [style.faint(`limited by ${limitedBy}`)],
    ...cwnd > 0 ? [style.faint(`cwnd ${formatCount(cwnd)}`)] : [],
  ];
}

function lossText(share: number, style: Style): string {
  const text = `${formatPercent(share)} lost`;
  if (share >= LOSS.bad) return style.bad(text);
  return share >= LOSS.doubtful ? style.doubtful(text) : text;
}

function widthOf(parts: readonly string[]): number {
  return visibleLength(parts.join(GAP));
}

function bar(share: number, columns: number, { style, isUnicode }: BarOptions): string {
  const halves = Math.round(share * columns * 2);
  const full = halves >> 1;
  if (!isUnicode) {
    const inside = columns - 2;
    const done = Math.round(share * inside);
    return `[${"=".repeat(done)}${" ".repeat(inside - done)}]`;
  }
  const half = halves & 1 ? "╸" : "";
  const done = "━".repeat(full) + half;
  const rest = columns - full - half.length;
  return style.good(done) + style.faint("━".repeat(rest));
}
