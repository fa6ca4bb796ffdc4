/**
 * How fast packets get through: for each answer, what was delivered while its transmission was out,
 * over the time that took (delivery rate estimation, draft-cheng-iccrg-delivery-rate-estimation).
 * Rounds are counted here too: a round ends when something that left after its beginning has been
 * answered.
 */
import type { Flight, Progress } from "./flight.ts";
import type { Micros } from "units";

/** See the file's comment. */
export class RateSampler {
  readonly #now: Progress = { delivered: 0, deliveredAt: 0, firstSentAt: 0, isAppLimited: false };
  readonly #then: Progress = { ...this.#now };
  /** While fewer have been delivered, samples are marked. */
  #appLimitedUntil = 0;
  #roundEnd = 0;
  /** Of the newest answer: packets per second; NaN if it gives none. */
  rate: number = NaN;
  /** Of the newest answer: true if the sample shows what we offered, not what the path carries. */
  isAppLimited = false;
  /** True if the newest answer began a round. */
  isRoundStart = false;

  /** A transmission has been added to the flight. */
  onSent(flight: Flight, serial: number, now: Micros): void {
    const progress = this.#now;
    if (flight.outstanding === 1) { // Nothing else is out: time starts anew.
      progress.firstSentAt = now;
      progress.deliveredAt = now;
    }
    progress.isAppLimited = progress.delivered < this.#appLimitedUntil;
    flight.stamp(serial, progress);
  }

  /** The window has room and nothing fills it. */
  onAppLimited(outstanding: number): void {
    this.#appLimitedUntil = this.#now.delivered + Math.max(1, outstanding);
  }

  /**
   * A transmission was answered.
   *
   * @param options.packets Packets that this answer shows to be delivered.
   * @param options.minRtt Less time than this between two answers is compression, not a rate.
   */
  onAnswered(
    flight: Flight,
    serial: number,
    { packets, time, minRtt }: { packets: number; time: Micros; minRtt: number },
  ): void {
    const progress = this.#now;
    const then = this.#then;
    flight.readStamp(serial, then);
    progress.delivered += packets;
    progress.deliveredAt = Math.max(progress.deliveredAt, time);
    const sentAt = flight.sentAt(serial);
    if (sentAt > progress.firstSentAt) progress.firstSentAt = sentAt;
    const elapsed = Math.max(sentAt - then.firstSentAt, progress.deliveredAt - then.deliveredAt);
    const hasSample = packets > 0 && elapsed >= minRtt && elapsed > 0;
    this.rate = hasSample ? ((progress.delivered - then.delivered) * 1e6) / elapsed : NaN;
    this.isAppLimited = then.isAppLimited;
    this.isRoundStart = then.delivered >= this.#roundEnd;
    if (this.isRoundStart) this.#roundEnd = progress.delivered;
  }
}
