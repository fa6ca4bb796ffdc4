/** What came of a stretch of time between two answers: rate, loss, whether the sender was idle. */
import { SECOND } from "units";
import type { Ack } from "./controller.ts";

/** Losses below which their share is a matter of chance. */
const LEAST_LOSSES = 3;

/** See the file's comment. */
export class Stretch {
  #began = 0;
  #delivered = 0;
  #answered = 0;
  #lost = 0;
  #isStale = true;
  #newest = 0;
  /** Answers since it began that show something to be delivered. */
  answers = 0;
  /** True if there was too little to send at some time. */
  isAppLimited = false;

  /** Begins anew with the next answer. */
  restart(): void {
    this.#isStale = true;
  }

  /** Begins anew with this answer. */
  begin(ack: Ack): void {
    this.#began = ack.now;
    this.#delivered = ack.delivered;
    this.#newest = ack.delivered;
    this.#answered = ack.answered;
    this.#lost = ack.lost;
    this.answers = 0;
    this.isAppLimited = false;
    this.#isStale = false;
  }

  /** An answer came. */
  onAck(ack: Ack): void {
    if (this.#isStale) return this.begin(ack);
    if (ack.delivered > this.#newest) this.answers++;
    this.#newest = ack.delivered;
    if (ack.isAppLimited) this.isAppLimited = true;
  }

  /** Its length until this answer, µs. */
  length({ now }: Ack): number {
    return now - this.#began;
  }

  /** Packets per second delivered until this answer. */
  rate(ack: Ack): number {
    return ((ack.delivered - this.#delivered) * SECOND) / Math.max(1, this.length(ack));
  }

  /** Share of what had to be answered that was lost; 0 if that is too little to tell. */
  loss(ack: Ack): number {
    const answered = ack.answered - this.#answered;
    const lost = ack.lost - this.#lost;
    return lost < LEAST_LOSSES ? 0 : lost / (answered + lost);
  }
}
