/**
 * Round-trip time of one kind of transmission, by RFC 6298. Every sample is exact, resends
 * included, because each answer names its transmission.
 */
import { type Micros, micros, MILLISECOND, SECOND } from "units";

/** First timeout, before any sample (RFC 6298, 2.1). */
const INITIAL_RTO = 1 * SECOND;

/**
 * Smallest timeout. RFC 6298 wants 1 s for delayed acknowledgments; nothing delays a RST or a
 * SYN-ACK, so this only has to cover scheduling at the target (a busy virtual machine: 10-30 ms).
 */
export const MIN_RTO = 50 * MILLISECOND;

/** Largest timeout before backoff. */
const MAX_RTO = 8 * SECOND;

/** Gains of RFC 6298, 2.3. */
const ALPHA = 1 / 8;
const BETA = 1 / 4;

/** Multiple of the variation in the timeout (RFC 6298, 2.2). */
const K = 4;

/** How long the largest and smallest samples are remembered: twice this at the most. */
const WINDOW = 10 * SECOND;

/** Smoothed round-trip time, its variation, timeout and extremes. */
export class Rtt {
  #srtt = NaN;
  #rttvar = NaN;
  #latest = NaN;
  #min = Infinity;
  #max = 0;
  #recentMax = 0;
  #olderMax = 0;
  #windowStart = -Infinity;
  #samples = 0;

  /** Takes one sample in. */
  sample(rtt: Micros, now: Micros): void {
    this.#samples++;
    this.#latest = rtt;
    if (rtt < this.#min) this.#min = rtt;
    if (rtt > this.#max) this.#max = rtt;
    if (now - this.#windowStart > WINDOW) {
      this.#olderMax = this.#recentMax;
      this.#recentMax = 0;
      this.#windowStart = now;
    }
    if (rtt > this.#recentMax) this.#recentMax = rtt;
    if (this.#samples === 1) { // RFC 6298, 2.2
      this.#srtt = rtt;
      this.#rttvar = rtt / 2;
      return;
    }
    this.#rttvar += BETA * (Math.abs(this.#srtt - rtt) - this.#rttvar); // RFC 6298, 2.3
    this.#srtt += ALPHA * (rtt - this.#srtt);
  }

  /** How many samples there were. */
  get samples(): number {
    return this.#samples;
  }

  /** Smoothed; NaN before the first sample. */
  get srtt(): Micros {
    return micros(this.#srtt);
  }

  get rttvar(): Micros {
    return micros(this.#rttvar);
  }

  get latest(): Micros {
    return micros(this.#latest);
  }

  /** Infinity before the first sample. */
  get min(): Micros {
    return micros(this.#min);
  }

  /** Largest of all; 0 before the first sample. */
  get max(): Micros {
    return micros(this.#max);
  }

  /** Timeout without backoff. */
  get rto(): Micros {
    if (this.#samples === 0) return micros(INITIAL_RTO);
    const rto = this.#srtt + Math.max(K * this.#rttvar, MILLISECOND);
    return micros(Math.min(MAX_RTO, Math.max(MIN_RTO, rto)));
  }

  /**
   * How long an answer may take before silence is believed: the timeout, and 1.25 times the largest
   * sample of the last seconds.
   */
  get patience(): Micros {
    return micros(Math.max(this.rto, 1.25 * Math.max(this.#recentMax, this.#olderMax)));
  }
}
