/**
 * The kernel's clocks. The loop lives on CLOCK_MONOTONIC; captured packets are stamped with
 * CLOCK_REALTIME, so the distance between the two is sampled at every drain.
 */
import { type Micros, micros, SECOND } from "units";
import { addressOf, TIMESPEC } from "./layout.ts";
import { type Libc, libc } from "./libc.ts";

const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;

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

  constructor() {
    this.sync();
  }

  /** CLOCK_MONOTONIC in µs. */
  now(): Micros {
    this.#libc.clockGettime(CLOCK_MONOTONIC, this.#address);
    return micros(this.#microseconds());
  }

  /** Samples how far CLOCK_REALTIME is ahead; returns the monotonic time. */
  sync(): Micros {
    this.#libc.clockGettime(CLOCK_REALTIME, this.#address);
    const realtime = this.#microseconds();
    const monotonic = this.now();
    this.#realtimeAhead = realtime - monotonic;
    return monotonic;
  }

  /** The monotonic time of a CLOCK_REALTIME stamp, by the last sample. */
  fromRealtime(seconds: number, microseconds: number): number {
    return seconds * SECOND + microseconds - this.#realtimeAhead;
  }

  #microseconds(): number {
    // Whole microseconds: a fraction would suggest a precision that the stamps do not have.
    return this.#words[0]! * SECOND + Math.floor(this.#words[NANOSECONDS_WORD]! / 1_000);
  }
}
