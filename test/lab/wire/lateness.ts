/** How late packets left: counts per microsecond, for medians and percentiles. */

/** What is later is counted together. */
const LIMIT = 10_000;

/** Figures, µs. */
export interface LatenessSummary {
  count: number;
  median: number;
  p99: number;
  highest: number;
}

/** See the file's comment. */
export class Lateness {
  readonly #counts = new Uint32Array(LIMIT + 1);
  #count = 0;
  #highest = 0;

  /** Notes that a packet left so many µs late. */
  note(late: number): void {
    const whole = Math.max(0, Math.floor(late));
    this.#counts[Math.min(whole, LIMIT)]!++;
    this.#count++;
    if (whole > this.#highest) this.#highest = whole;
  }

  /** What has been noted so far. */
  summary(): LatenessSummary {
    return {
      count: this.#count,
      median: this.#quantile(0.5),
      p99: this.#quantile(0.99),
      highest: this.#highest,
    };
  }

  /** The smallest whole number of µs that this share of the packets did not exceed. */
  #quantile(share: number): number {
    let left = Math.ceil(share * this.#count);
    for (let late = 0; late < LIMIT; late++) {
      left -= this.#counts[late]!;
      if (left <= 0) return late;
    }
    return LIMIT;
  }
}
