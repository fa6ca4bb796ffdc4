/**
 * Spreads packets over time: a token bucket that is filled at the pacing rate. Its depth is the
 * burst allowed at once: 16 packets until larger bursts have passed unharmed.
 */
import { type Micros, micros, NEVER, SECOND } from "units";

/** Burst allowed from the start (measured: `sendmmsg` is saturated by 16). */
export const INITIAL_BURST = 16;

/** Largest burst ever: one batch of the link. */
export const MAX_BURST = 64;

/** Packets that must pass without loss, in bursts, before the burst is doubled. */
const PROOF = 512;

/** Share of a packet that floating-point time may cost, so that a deadline is never too early. */
const ROUNDING = 1e-6;

/** A token bucket in packets. */
export class Pacer {
  #rate = Infinity;
  #tokens = 1;
  #updated: Micros = micros(0);
  #burst = INITIAL_BURST;
  #passed = 0;
  #burstLimit = Infinity;
  #train = 1;

  /** Packets per second; Infinity: not paced. */
  get rate(): number {
    return this.#rate;
  }

  /** Packets that may leave back to back. */
  get burst(): number {
    return Math.min(this.#burst, this.#burstLimit);
  }

  /** Keeps bursts at or below `most`, whatever has passed; lets `train` packets leave at once. */
  shape(most: number, train: number): void {
    this.#burstLimit = most;
    this.#train = Math.min(train, this.burst);
  }

  /** Sets the rate from now on. */
  setRate(rate: number, now: Micros): void {
    this.#fill(now);
    this.#rate = rate;
  }

  /** How many packets may leave now. */
  allowance(now: Micros): number {
    if (this.#rate === Infinity) return MAX_BURST;
    this.#fill(now);
    const whole = Math.floor(this.#tokens + ROUNDING);
    return whole >= this.#train ? whole : 0;
  }

  /** Packets have left. */
  spend(packets: number): void {
    if (this.#rate !== Infinity) this.#tokens -= packets;
  }

  /**
   * When the next packets may leave: at least one, and up to `tick` worth of them so that slow
   * rates are not sent in single wake-ups.
   */
  nextSend(now: Micros, tick: Micros): Micros {
    if (this.#rate === Infinity) return now;
    if (this.#rate <= 0) return NEVER;
    const wanted = Math.min(this.burst, Math.max(this.#train, (this.#rate * tick) / SECOND));
    const missing = wanted - this.#tokens;
    if (missing <= 0) return now;
    return micros(Math.max(now, this.#updated + (missing * SECOND) / this.#rate));
  }

  /** Packets came through: larger bursts may be allowed. */
  onPassed(packets: number): void {
    this.#passed += packets;
    if (this.#passed < PROOF * (this.#burst / INITIAL_BURST)) return;
    this.#passed = 0;
    this.#burst = Math.min(MAX_BURST, this.#burst * 2);
  }

  /** A packet was lost: back to the burst before. */
  onLoss(): void {
    this.#passed = 0;
    this.#burst = Math.max(INITIAL_BURST, this.#burst >>> 1);
  }

  #fill(now: Micros): void {
    if (this.#rate !== Infinity && now > this.#updated) {
      const gained = (this.#rate * (now - this.#updated)) / SECOND;
      this.#tokens = Math.min(Math.max(1, this.burst), this.#tokens + gained);
    }
    if (now > this.#updated) this.#updated = now;
  }
}
