/**
 * The line at the bottom of a terminal that says how far the scan is. It lives on standard error,
 * is drawn over itself, and disappears before anything else is printed.
 */
import { formatClock, formatCount, formatPercent } from "report/numbers.ts";
import type { SampleEvent, ScanEvent } from "scan/event.ts";
import type { Runtime } from "./runtime.ts";

/** Least time between two drawings, ms: faster than that nobody reads. */
const DRAW_PERIOD_MS = 100;

/** Back to the first column, and forget the rest of the line (ECMA-48 EL). */
const ERASE_LINE = "\r\x1b[K";

/** Draws the status line. */
export class StatusLine {
  readonly #runtime: Runtime;
  readonly #startMs: number;
  /** The latest sample of each target that is being scanned. */
  readonly #running = new Map<string, SampleEvent>();
  #targets = 1;
  #finished = 0;
  #finishedOpen = 0;
  #drawnMs = -Infinity;
  #isShown = false;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.#startMs = runtime.nowMs();
  }

  /** Takes note of an event, and draws if it is time. */
  update(event: ScanEvent): void {
    if (event.type === "start") this.#targets = event.targets;
    if (event.type === "down") this.#finished += event.count;
    if (event.type === "target") {
      this.#running.delete(event.ip);
      this.#finished++;
      this.#finishedOpen += event.states.filter((state) => state === 1).length;
    }
    if (event.type !== "sample") return;
    this.#running.set(event.ip, event);
    const nowMs = this.#runtime.nowMs();
    if (nowMs - this.#drawnMs < DRAW_PERIOD_MS) return;
    this.#drawnMs = nowMs;
    this.#isShown = true;
    const text = this.#text(nowMs).slice(0, Math.max(this.#runtime.columns() - 1, 0));
    this.#runtime.stderr.write(`${ERASE_LINE}${text}`);
  }

  /** Removes the line; the next sample draws it again. */
  clear(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#drawnMs = -Infinity;
    this.#runtime.stderr.write(ERASE_LINE);
  }

  #text(nowMs: number): string {
    let share = this.#finished;
    let rate = 0;
    let sent = 0;
    let lost = 0;
    let open = this.#finishedOpen;
    let last: SampleEvent | undefined;
    for (const sample of this.#running.values()) {
      share += sample.total > 0 ? sample.done / sample.total : 0;
      rate += sample.sendRate;
      sent += sample.sent;
      lost += sample.lost;
      open += sample.open;
      last = sample;
    }
    share = Math.min(share / Math.max(this.#targets, 1), 1);
    const parts = [
      `${(share * 100).toFixed(1)}% done`,
      ...this.#remaining(share, { nowMs, last }),
      `${formatCount(rate)}/s`,
      `${formatCount(open)} open`,
      `${formatPercent(sent > 0 ? lost / sent : 0)} lost`,
      ...last === undefined ? [] : [`limited by ${last.limitedBy}`],
    ];
    return parts.join(", ");
  }

  #remaining(
    share: number,
    { nowMs, last }: { nowMs: number; last: SampleEvent | undefined },
  ): string[] {
    const extrapolatedUs = (nowMs - this.#startMs) * 1_000 * (1 - share) / share;
    const remainingUs = this.#targets === 1 && last !== undefined
      ? last.remainingUs
      : extrapolatedUs;
    return Number.isFinite(remainingUs) ? [`${formatClock(remainingUs)} left`] : [];
  }
}
