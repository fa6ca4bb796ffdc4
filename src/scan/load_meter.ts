/** How busy a loop is: the share of its time that it spends on work instead of waiting. */
import { MILLISECOND } from "units";

/** Time over which the share is taken: long against a step, short for whoever watches, µs. */
const PERIOD = 200 * MILLISECOND;

/** Share from which on there is no time left: the rest goes into getting to sleep and up again. */
const FULL = 0.9;

/** See the file's comment. */
export class LoadMeter {
  #since = NaN;
  #worked = 0;
  /** True if the loop had no time to spare in the last period. */
  isFull = false;

  /** A step of the loop took from `begin` to `end`. */
  onStep(begin: number, end: number): void {
    if (Number.isNaN(this.#since)) this.#since = begin;
    this.#worked += end - begin;
    const passed = end - this.#since;
    if (passed < PERIOD) return;
    this.isFull = this.#worked >= FULL * passed;
    this.#since = end;
    this.#worked = 0;
  }
}
