/**
 * How much gets through: counts what was delivered, and rounds. A round ends when something that
 * left after its beginning has been answered; what was delivered in it and how long it took is the
 * delivery rate (in the spirit of draft-cheng-iccrg-delivery-rate-estimation; between two answers
 * that begin rounds, so that answers which come in bunches do not bend it).
 */
import type { Flight, Progress } from "./flight.ts";

/** See the file's comment. */
export class Delivery {
  readonly #then: Progress = { delivered: 0, isAppLimited: false };
  readonly #now: Progress = { delivered: 0, isAppLimited: false };
  /** While less has been delivered, there was too little to send to fill the path. */
  #appLimitedUntil = 0;
  #roundEnd = 0;
  /** True if the newest answer is to something that left when there was too little to send. */
  isAppLimited = false;
  /** True if the newest answer began a round. */
  isRoundStart = false;

  /** Packets delivered so far; with a fraction, since some are reckoned. */
  get total(): number {
    return this.#now.delivered;
  }

  /** A transmission has been added to the flight. */
  onSent(flight: Flight, serial: number): void {
    this.#now.isAppLimited = this.#now.delivered < this.#appLimitedUntil;
    flight.stamp(serial, this.#now);
  }

  /** The window has room and nothing fills it. */
  onAppLimited(outstanding: number): void {
    this.#appLimitedUntil = this.#now.delivered + Math.max(1, outstanding);
  }

  /**
   * A transmission was answered, which shows `packets` to be delivered. One that shows nothing ends
   * no round either: counts are compared between answers that count.
   */
  onAnswered(flight: Flight, serial: number, packets: number): void {
    this.isRoundStart = false;
    if (packets === 0) return;
    flight.readStamp(serial, this.#then);
    this.#now.delivered += packets;
    this.isAppLimited = this.#then.isAppLimited;
    this.isRoundStart = this.#then.delivered >= this.#roundEnd;
    if (this.isRoundStart) this.#roundEnd = this.#now.delivered;
  }
}
