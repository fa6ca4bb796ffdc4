/**
 * BIC (Xu, Harfoush and Rhee, "Binary Increase Congestion Control for Fast Long-Distance
 * Networks", INFOCOM 2004): a binary search between the window after the last loss and the one
 * before it, with a step of bounded size, and slow-start-like probing beyond.
 */
import type { Ack } from "./controller.ts";
import type { Avoidance } from "./loss_based.ts";
import { Reno } from "./reno.ts";

/** Window from which on BIC is used at all, packets (paper: low_window 14). */
const LOW_WINDOW = 14;

/** Largest step of the window per round trip, packets (paper: Smax 32). */
const MAX_STEP = 32;

/** Smallest step, where the search has ended, packets (paper: Smin 0.01). */
const MIN_STEP = 0.01;

/**
 * Share of the window given up after a loss (paper: β 0.125). It is what is taken away: the program
 * of 2008 multiplied by the complement of another implementation's factor and fell to a fifth.
 */
const DECREASE = 0.125;

/** See the file's comment. */
export class Bic implements Avoidance {
  readonly name = "bic";
  readonly #reno = new Reno();
  /** Window of the last loss: where the search ends. */
  #max = Infinity;
  #maxBefore = Infinity;

  increase(cwnd: number, ack: Ack): number {
    if (cwnd < LOW_WINDOW) return this.#reno.increase(cwnd, ack);
    return (this.#step(cwnd) * ack.packets) / cwnd;
  }

  decrease(cwnd: number, inFlight: number): number {
    if (cwnd < LOW_WINDOW) {
      this.#max = Infinity;
      return this.#reno.decrease(cwnd, inFlight);
    }
    const next = cwnd * (1 - DECREASE);
    // Fast convergence: a maximum that falls leaves room for newcomers.
    const hasFallen = this.#max < Infinity && cwnd < this.#max;
    this.#max = hasFallen ? (cwnd + next) / 2 : cwnd;
    return next;
  }

  save(): void {
    this.#maxBefore = this.#max;
  }

  restore(): void {
    this.#max = this.#maxBefore;
  }

  /** Packets per round trip. */
  #step(cwnd: number): number {
    if (this.#max === Infinity) return MAX_STEP;
    // To the middle of what is left; beyond the maximum away from it, slowly at first.
    const distance = cwnd < this.#max ? (this.#max - cwnd) / 2 : Math.max(1, cwnd - this.#max);
    return Math.min(MAX_STEP, Math.max(MIN_STEP, distance));
  }
}
