/**
 * How many targets are scanned at the same time: more as long as the flows lose little, fewer once
 * they lose much, since many windows of one packet are a large one.
 */
import { type Micros, SECOND } from "units";

/** Flows at the beginning. */
const INITIAL = 8;

/** Flows at least: one that is slow must not hold up the others. */
const LEAST = 4;

/** Loss of our making that is put up with. */
const ACCEPTED_LOSS = 0.01;

/** Time between two looks. */
const PERIOD = 0.25 * SECOND;

/** Packets that a look needs to tell. */
const ENOUGH = 500;

/** See the file's comment. */
export class Admission {
  readonly #most: number;
  #limit: number;
  #lookAt = -Infinity;
  #sent = 0;
  #lost = 0;

  /** @param most Flows at the most. */
  constructor(most: number) {
    this.#most = most;
    this.#limit = Math.min(INITIAL, most);
  }

  /** Flows that may be active. */
  get limit(): number {
    return this.#limit;
  }

  /** Totals of all flows so far, those that are over included. */
  update(now: Micros, { sent, lost }: { sent: number; lost: number }): void {
    if (now < this.#lookAt || sent - this.#sent < ENOUGH) return;
    const share = (lost - this.#lost) / (sent - this.#sent);
    this.#sent = sent;
    this.#lost = lost;
    this.#lookAt = now + PERIOD;
    this.#limit = share < ACCEPTED_LOSS
      ? Math.min(this.#most, this.#limit * 2)
      : Math.max(Math.min(LEAST, this.#most), Math.floor(this.#limit / 2));
  }
}
