/**
 * How Linux limits the ICMP errors that it sends (ip-sysctl; `net/ipv4/icmp.c`):
 *
 * - per address that they go to (`icmp_ratelimit`): one per second, saved up to six;
 * - for all together (`icmp_msgs_per_sec`, `icmp_msgs_burst`): 1,000 per second, saved up to 50,
 *   credited in steps of at least 20 ms. A message costs 0, 1 or 2 credits at random, so that
 *   nobody can count who else was answered (since 2020, against a side channel).
 *
 * Since 2024 the credits of all are looked at first but taken last, so that what an address is
 * denied costs the others nothing. Echo and timestamp replies and RSTs are not limited at all.
 */
import type { Random } from "random";
import { type Micros, MILLISECOND, SECOND } from "units";

/** Between errors to one address in the long run, µs. */
const SPACING = 1 * SECOND;

/** Errors to one address that may be saved up (`XRLIM_BURST_FACTOR`). */
const BURST = 6;

/** Errors per second to all, and what may be saved up of them. */
const RATE_OF_ALL = 1_000;
const BURST_OF_ALL = 50;

/** Credits for all are given in steps of this at least. */
const STEP = 20 * MILLISECOND;

/** Addresses that are remembered at most; then all are forgotten, and each has its burst again. */
const MAX_PEERS = 65_536;

/** See the file's comment. A limiter, though it does not say so: `limiter.ts` makes it. */
export class LinuxIcmpLimiter {
  readonly #random: Random;
  /** Credit of each address, as the time at which it would have been empty. */
  readonly #emptyAt = new Map<number, number>();
  #credit = BURST_OF_ALL;
  #creditedAt = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** True if an error may go to `remote` at `now`; asking is taking. */
  allow(now: Micros, remote: number): boolean {
    this.#refill(now);
    if (this.#credit === 0 || !this.#takeFrom(remote, now)) return false;
    this.#credit = Math.max(0, this.#credit - this.#random.below(3));
    return true;
  }

  #refill(now: number): void {
    const passed = Math.min(now - this.#creditedAt, SECOND);
    if (passed < STEP) return;
    const gained = Math.floor((RATE_OF_ALL * passed) / SECOND);
    this.#creditedAt = now;
    this.#credit = Math.min(BURST_OF_ALL, this.#credit + gained);
  }

  #takeFrom(remote: number, now: number): boolean {
    if (this.#emptyAt.size >= MAX_PEERS && !this.#emptyAt.has(remote)) this.#emptyAt.clear();
    const emptyAt = Math.max(this.#emptyAt.get(remote) ?? -Infinity, now - BURST * SPACING);
    if (now - emptyAt < SPACING) return false;
    this.#emptyAt.set(remote, emptyAt + SPACING);
    return true;
  }
}
