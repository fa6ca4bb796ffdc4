/**
 * How many segments another people's TCP flow keeps in flight: Reno (RFC 5681) or CUBIC (RFC 9438).
 * Apart from the scanner's own controllers on purpose, so that the measure of fairness does not
 * change with what it measures. Slow start ends with the first loss (no HyStart): such a flow is as
 * rude as a real one can be.
 */
import { type Micros, SECOND } from "units";

/** Segments at the start (RFC 6928). */
const INITIAL_WINDOW = 10;

/** Segments below which a loss does not push the window. */
const LEAST_THRESHOLD = 2;

/** Decides the window of one flow; counts are segments. */
export interface FlowWindow {
  /** May have a fraction. */
  readonly size: number;
  /** Segments have been delivered while the window was in use. */
  onDelivered(segments: number, now: Micros, srtt: number): void;
  /** A loss or a congestion mark; called once per round trip. */
  onReduction(): void;
  /** Everything timed out. */
  onTimeout(): void;
}

/** Names of the rules. */
export type FlowRule = "reno" | "cubic";

/** Makes the window of a flow. */
export function makeFlowWindow(rule: FlowRule): FlowWindow {
  return rule === "reno" ? new RenoWindow() : new CubicWindow();
}

class RenoWindow implements FlowWindow {
  size = INITIAL_WINDOW;
  #threshold = Infinity;

  onDelivered(segments: number): void {
    this.size += this.size < this.#threshold ? segments : segments / this.size;
  }

  onReduction(): void {
    this.#threshold = Math.max(this.size / 2, LEAST_THRESHOLD);
    this.size = this.#threshold;
  }

  onTimeout(): void {
    this.#threshold = Math.max(this.size / 2, LEAST_THRESHOLD);
    this.size = 1;
  }
}

/** RFC 9438 §4.1: growth in segments per cubic second, and what a reduction leaves. */
const C = 0.4;
const BETA = 0.7;

/** Segments per round trip that keep pace with Reno (§4.3). */
const ALPHA = (3 * (1 - BETA)) / (1 + BETA);

/** The window grows by half of itself per round trip at most (§4.2). */
const STEEPEST = 1.5;

class CubicWindow implements FlowWindow {
  size = INITIAL_WINDOW;
  #threshold = Infinity;
  #wMax = 0;
  #k = 0;
  #epochAt = NaN;
  /** What Reno would have. */
  #estimate = 0;
  #priorSize = 0;

  onDelivered(segments: number, now: Micros, srtt: number): void {
    if (this.size < this.#threshold) {
      this.size += segments;
      return;
    }
    if (Number.isNaN(this.#epochAt)) this.#beginEpoch(now);
    const alpha = this.#estimate >= this.#priorSize ? 1 : ALPHA;
    this.#estimate += (alpha * segments) / this.size;
    const ahead = (now + srtt - this.#epochAt) / SECOND - this.#k;
    const cubic = C * ahead ** 3 + this.#wMax;
    const target = Math.min(Math.max(cubic, this.size), STEEPEST * this.size);
    this.size = Math.max(
      this.size + ((target - this.size) / this.size) * segments,
      this.#estimate,
    );
  }

  onReduction(): void {
    // Fast convergence (§4.7): a window that shrinks makes room for others.
    this.#wMax = this.size < this.#wMax ? (this.size * (1 + BETA)) / 2 : this.size;
    this.#priorSize = this.size;
    this.#threshold = Math.max(this.size * BETA, LEAST_THRESHOLD);
    this.size = this.#threshold;
    this.#epochAt = NaN;
  }

  onTimeout(): void {
    this.onReduction();
    this.size = 1;
  }

  #beginEpoch(now: Micros): void {
    this.#epochAt = now;
    this.#estimate = this.size;
    this.#k = Math.cbrt(Math.max(0, this.#wMax - this.size) / C);
    if (this.size > this.#wMax) this.#wMax = this.size;
  }
}
