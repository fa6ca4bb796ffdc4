/**
 * Rules that let so many through in so much time: what policers on a path and the limits of a
 * host's replies are made of. A limiter counts packets, never bytes.
 */
import { assert } from "assertion";
import type { Random } from "random";
import { type Micros, micros, SECOND } from "units";
import { LinuxIcmpLimiter } from "./linux_icmp_limiter.ts";

/** Decides packet by packet; asking is taking. Times must not go back. */
export interface Limiter {
  /**
   * True if one more may pass at `now`.
   *
   * @param remote Whose packet it is, or whom an answer is for: some limits are per address.
   */
  allow(now: Micros, remote: number): boolean;
}

/** How a limiter is described; a fresh one per host is made of it. Rates are packets per second. */
export type LimiterOptions =
  | { readonly kind: "token-bucket"; readonly rate: number; readonly burst: number }
  /** `jitter`: the limit is drawn anew from ± so much after each second that exceeded it. */
  | { readonly kind: "second-counter"; readonly limit: number; readonly jitter?: number }
  /** Linux's two rules for ICMP errors, see `linux_icmp_limiter.ts`. */
  | { readonly kind: "linux-icmp" };

/** Makes a limiter. */
export function makeLimiter(options: LimiterOptions, random: Random): Limiter {
  switch (options.kind) {
    case "token-bucket":
      return new TokenBucket(options.rate, options.burst);
    case "second-counter":
      return new SecondCounter(options.limit, options.jitter ?? 0, random);
    case "linux-icmp":
      return new LinuxIcmpLimiter(random);
  }
}

/** Packets per second that a limiter lets through to one address in the long run. */
export function limiterRate(options: LimiterOptions): number {
  switch (options.kind) {
    case "token-bucket":
      return options.rate;
    case "second-counter":
      return options.limit;
    case "linux-icmp":
      return 1;
  }
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

/**
 * Lets the first `limit` of each second through. A second begins with the first packet after the
 * last one has ended, so under load the comb's period is a little more than a second (FreeBSD's
 * `counter_ratecheck`, Solaris's `tcp_send_rst_chk`).
 */
class SecondCounter implements Limiter {
  readonly #limit: number;
  readonly #jitter: number;
  readonly #random: Random;
  #begun = -Infinity;
  #count = 0;
  #current: number;

  constructor(limit: number, jitter: number, random: Random) {
    this.#limit = limit;
    this.#jitter = jitter;
    this.#random = random;
    this.#current = limit;
  }

  allow(now: Micros): boolean {
    if (now - this.#begun >= SECOND) {
      if (this.#jitter > 0 && this.#count > this.#current) {
        this.#current = this.#limit + this.#random.below(2 * this.#jitter + 1) - this.#jitter;
      }
      this.#begun = now;
      this.#count = 0;
    }
    return ++this.#count <= this.#current;
  }
}
