/**
 * CUBIC (RFC 9438): the window is a cubic function of the time since the last loss, steep far from
 * the window of that loss and flat near it. Growth depends on time, not on the number of answers.
 */
import { type Micros, SECOND } from "units";
import type { Ack } from "./controller.ts";
import type { Avoidance } from "./loss_based.ts";

/** Scale of the cubic function, packets per s³ (RFC 9438, 5.1). */
const C = 0.4;

/** Share of the window that is kept (β_cubic; RFC 9438, 4.6). */
const BETA = 0.7;

/** Reno's increase that with β gives Reno's average window (RFC 9438, 4.3). */
const ALPHA = (3 * (1 - BETA)) / (1 + BETA);

/** The window grows by half in a round trip at the most (RFC 9438, 4.2). */
const MOST_GROWTH = 1.5;

/** What a reduction changes. */
interface Epoch {
  /** When growth began; −1: with the next answer. */
  start: number;
  /** Window of the last loss, after fast convergence. */
  max: number;
  /** The same before it. */
  lossWindow: number;
  /** Window at which growth began. */
  first: number;
  /** Window that Reno would have by now. */
  reno: number;
}

/** See the file's comment. */
export class Cubic implements Avoidance {
  readonly name = "cubic";
  readonly #epoch: Epoch = { start: -1, max: 0, lossWindow: 0, first: 0, reno: 0 };
  readonly #before: Epoch = { ...this.#epoch };

  increase(cwnd: number, ack: Ack): number {
    const epoch = this.#epoch;
    if (epoch.start < 0) this.#begin(cwnd, ack.now);
    // Until it has reached the window of the last loss it counts as slower than Reno (4.3).
    const alpha = epoch.reno >= epoch.lossWindow ? 1 : ALPHA;
    epoch.reno += (alpha * ack.packets) / cwnd;
    const age = (ack.now - epoch.start) / SECOND;
    const now = this.#window(age);
    if (now < epoch.reno) return Math.max(0, epoch.reno - cwnd); // 4.3, Reno-friendly region
    const target = Math.min(this.#window(age + ack.srtt / SECOND), MOST_GROWTH * cwnd);
    return target <= cwnd ? 0 : ((target - cwnd) * ack.packets) / cwnd; // 4.4 and 4.5
  }

  decrease(cwnd: number, _inFlight: number): number {
    const epoch = this.#epoch;
    // 4.7, fast convergence.
    epoch.max = cwnd < epoch.max ? (cwnd * (1 + BETA)) / 2 : cwnd;
    epoch.lossWindow = cwnd;
    epoch.start = -1;
    return cwnd * BETA;
  }

  save(): void {
    Object.assign(this.#before, this.#epoch);
  }

  restore(): void {
    Object.assign(this.#epoch, this.#before);
  }

  /** Growth begins anew at the window that slow start will have reached (4.8). */
  forget(): void {
    this.#epoch.max = 0;
  }

  #begin(cwnd: number, now: Micros): void {
    const epoch = this.#epoch;
    epoch.start = now;
    epoch.first = cwnd;
    epoch.reno = cwnd;
    // Slow start ended without a loss: growth begins at the plateau.
    if (epoch.max < cwnd) epoch.max = cwnd;
  }

  /** W_cubic(t) (4.2, equation 1). */
  #window(age: number): number {
    const { max, first } = this.#epoch;
    const k = Math.cbrt((max - first) / C);
    return C * (age - k) ** 3 + max;
  }
}
