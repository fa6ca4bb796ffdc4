/**
 * The kernel's clocks. The loop lives on CLOCK_MONOTONIC; captured packets are stamped with
 * CLOCK_REALTIME, so the distance between the two is sampled at every drain.
 */
import { type Micros, micros, MILLISECOND, SECOND } from "units";
import { addressOf, TIMESPEC } from "./layout.ts";
import { type Libc, libc } from "./libc.ts";

const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;

/** How long a stamped packet may be on its way into the capture. */
const STAMP_SLACK = 10 * MILLISECOND;

/**
 * The two clocks are read so close to each other (µs), or the thread was interrupted in between and
 * the sample is worth less than the one before: a busy machine takes a processor away for 20 ms.
 */
const CLOSE = 20;

/** Longest time that a drain goes on while packets keep coming. */
const DRAIN_LIMIT = 1 * SECOND;

/** Index of the low half of the nanoseconds among the 32-bit words of a timespec. */
const NANOSECONDS_WORD = TIMESPEC.NANOSECONDS / 4;

/** Reads both clocks into a buffer of its own, so that no reading allocates. */
export class Clock {
  readonly #libc: Libc = libc();
  readonly #timespec = new Uint8Array(TIMESPEC.SIZE);
  // Unsigned low words do until 2106, and spare a BigInt per reading.
  readonly #words = new Uint32Array(this.#timespec.buffer);
  readonly #address = addressOf(this.#timespec);
  #realtimeAhead = 0;
  #synced = 0;
  #syncedBefore = 0;

  constructor() {
    this.sync();
  }

  /** CLOCK_MONOTONIC in µs. */
  now(): Micros {
    this.#libc.clockGettime(CLOCK_MONOTONIC, this.#address);
    return micros(this.#microseconds());
  }

  /** By how many µs CLOCK_REALTIME is ahead, by the last sample. */
  get realtimeAhead(): number {
    return this.#realtimeAhead;
  }

  /** Samples how far CLOCK_REALTIME is ahead; returns the monotonic time. */
  sync(): Micros {
    const before = this.now();
    this.#libc.clockGettime(CLOCK_REALTIME, this.#address);
    const realtime = this.#microseconds();
    const monotonic = this.now();
    const gap = monotonic - before;
    const ahead = realtime - monotonic;
    // Whatever is further off than the gap explains is a change of the time.
    if (gap <= CLOSE || Math.abs(ahead - this.#realtimeAhead) > gap + CLOSE) {
      this.#realtimeAhead = ahead;
    }
    this.#syncedBefore = this.#synced === 0 ? monotonic : this.#synced;
    this.#synced = monotonic;
    return monotonic;
  }

  /**
   * The monotonic time of a CLOCK_REALTIME stamp, by the last sample.
   *
   * What is captured now has come since the drain before: where the system's time was set in
   * between, a stamp says otherwise, and the nearest possible time is taken instead.
   */
  fromRealtime(seconds: number, microseconds: number): Micros {
    const time = seconds * SECOND + microseconds - this.#realtimeAhead;
    if (time < this.#syncedBefore - STAMP_SLACK) return micros(this.#syncedBefore);
    if (time > this.#synced + DRAIN_LIMIT) return micros(this.#synced);
    return micros(time);
  }

  #microseconds(): number {
    // Whole microseconds: a fraction would suggest a precision that the stamps do not have.
    return this.#words[0]! * SECOND + Math.floor(this.#words[NANOSECONDS_WORD]! / 1_000);
  }
}
