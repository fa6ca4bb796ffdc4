/**
 * Seeded random numbers. Everything that is random in a scan or a simulation comes from one of
 * these, so the same seed gives the same packets. Not for secrets: the keys that tags are made
 * with come from the system's generator, at the edge.
 */

/** SplitMix32's increment: the odd number nearest 2^32 / golden ratio. */
const GOLDEN = 0x9e3779b9;

/** A seeded stream of random numbers (SplitMix32; period 2^32, one multiply-mix per number). */
export class Random {
  #state: number;

  /** Starts a stream; the low 32 bits of the seed count. */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** The next 32 random bits, as an unsigned integer. */
  uint32(): number {
    this.#state = (this.#state + GOLDEN) | 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  }

  /** A number from 0 (included) to 1 (excluded). */
  unit(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** A whole number from 0 (included) to `limit` (excluded). */
  below(limit: number): number {
    return Math.floor(this.unit() * limit);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return probability > 0 && this.unit() < probability;
  }

  /** A number with exponential distribution. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.unit());
  }

  /** A new, independent stream: one per part, so that parts do not disturb each other. */
  fork(): Random {
    return new Random(this.uint32());
  }

  /** Shuffles in place (Fisher-Yates). */
  shuffle<T extends { length: number; [index: number]: number }>(values: T): T {
    for (let last = values.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      const kept = values[last]!;
      values[last] = values[other]!;
      values[other] = kept;
    }
    return values;
  }
}
