/**
 * Rules that let so many through in so much time: what policers on a path and the limits of a
 * host's replies are made of. A limiter counts packets, never bytes.
 */
import { assert } from "assertion";
import { type Micros, micros, SECOND } from "units";

/** Decides packet by packet; asking is taking. Times must not go back. */
export interface Limiter {
  /** True if one more may pass at `now`. */
  allow(now: Micros): boolean;
}

/** How a limiter is described; a fresh one per host is made of it. */
export type LimiterOptions =
  | { readonly kind: "token-bucket"; readonly rate: number; readonly burst: number }
  | { readonly kind: "second-counter"; readonly limit: number };

/** Makes a limiter. Rates are packets per second. */
export function makeLimiter(options: LimiterOptions): Limiter {
  return options.kind === "token-bucket"
    ? new TokenBucket(options.rate, options.burst)
    : new SecondCounter(options.limit);
}

/** Packets per second that a limiter lets through in the long run. */
export function limiterRate(options: LimiterOptions): number {
  return options.kind === "token-bucket" ? options.rate : options.limit;
}

/** Lets `burst` through at once and `rate` per second in the long run; full at first. */
export class TokenBucket implements Limiter {
  readonly #rate: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: Micros = micros(0);

  constructor(rate: number, burst: number) {
    assert(rate >= 0 && burst >= 1, "A token bucket needs room for one token");
    this.#rate = rate;
    this.#burst = burst;
    this.#tokens = burst;
  }

  allow(now: Micros): boolean {
    const gained = ((now - this.#filledAt) * this.#rate) / SECOND;
    this.#tokens = Math.min(this.#burst, this.#tokens + gained);
    this.#filledAt = now;
    // Rounding must not cost a token that is due now.
    if (this.#tokens < 1 - 1e-9) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** Lets the first `limit` of each second through, as BSD's `badport_bandlim` does. */
export class SecondCounter implements Limiter {
  readonly #limit: number;
  #second = -1;
  #count = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  allow(now: Micros): boolean {
    const second = Math.floor(now / SECOND);
    if (second !== this.#second) {
      this.#second = second;
      this.#count = 0;
    }
    return ++this.#count <= this.#limit;
  }
}
