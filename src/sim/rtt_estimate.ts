/** Round trip and time-out of other people's TCP (RFC 6298, with Linux's floor). */
import { MILLISECOND, SECOND } from "units";

/** Before the first sample, µs (RFC 6298 §2.1). */
const FIRST_TIMEOUT = 1 * SECOND;

/** Bounds, µs: Linux's `TCP_RTO_MIN`, RFC 6298 §2.5. */
const LEAST_TIMEOUT = 200 * MILLISECOND;
const LONGEST_TIMEOUT = 60 * SECOND;

/** See the file's comment. */
export class RttEstimate {
  /** Smoothed round trip, µs; NaN before the first sample. */
  srtt = NaN;
  #deviation = 0;
  #backoff = 1;

  /** How long to wait for an answer, µs. */
  get timeout(): number {
    const plain = Number.isNaN(this.srtt)
      ? FIRST_TIMEOUT
      : Math.max(LEAST_TIMEOUT, this.srtt + 4 * this.#deviation);
    return Math.min(plain * this.#backoff, LONGEST_TIMEOUT);
  }

  /** Takes a sample, µs. */
  add(rtt: number): void {
    if (Number.isNaN(this.srtt)) {
      this.srtt = rtt;
      this.#deviation = rtt / 2;
      return;
    }
    this.#deviation += (Math.abs(rtt - this.srtt) - this.#deviation) / 4;
    this.srtt += (rtt - this.srtt) / 8;
  }

  /** Doubles the time-out (§5.5). */
  backOff(): void {
    this.#backoff *= 2;
  }

  /** Something new was acknowledged: the doubling ends. */
  resetBackoff(): void {
    this.#backoff = 1;
  }
}
