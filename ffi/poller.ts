/**
 * Sleeping: exactly (timer slack of the thread set to the least) or until a descriptor has
 * something to read. Wake-ups cost more than packets, so the caller decides which it wants.
 */
import { addressOf, POLLFD, TIMESPEC } from "./layout.ts";
import { type Libc, libc } from "./libc.ts";

/** `PR_SET_TIMERSLACK`: how late the kernel may wake this thread, in ns; 50,000 unless told. */
const PR_SET_TIMERSLACK = 29;

/** `POLLIN`. */
const POLLIN = 1;

/** Descriptors that can be watched: far more than interfaces in one scan. */
const MAX_DESCRIPTORS = 64;

/** Sleeps for the thread that made it. */
export class Poller {
  readonly #libc: Libc = libc();
  readonly #timeout = new Uint8Array(TIMESPEC.SIZE);
  readonly #timeoutWords = new Uint32Array(this.#timeout.buffer);
  readonly #timeoutAddress = addressOf(this.#timeout);
  readonly #descriptors = new Uint8Array(MAX_DESCRIPTORS * POLLFD.SIZE);
  readonly #descriptorsAddress = addressOf(this.#descriptors);
  #count = 0;
  #countBig = 0n;

  constructor() {
    this.#libc.prctl(PR_SET_TIMERSLACK, 1n, 0n, 0n, 0n);
  }

  /** Watches one more descriptor; beyond the maximum it is left out, and packets wait a tick. */
  watch(descriptor: number): void {
    if (this.#count === MAX_DESCRIPTORS) return;
    const view = new DataView(this.#descriptors.buffer);
    const at = this.#count++ * POLLFD.SIZE;
    view.setInt32(at + POLLFD.DESCRIPTOR, descriptor, true);
    view.setInt16(at + POLLFD.EVENTS, POLLIN, true);
    this.#countBig = BigInt(this.#count);
  }

  /** Sleeps for so many µs, below a second, whatever arrives. */
  sleep(duration: number): void {
    this.#setTimeout(duration);
    this.#libc.ppoll(0n, 0n, this.#timeoutAddress, 0n);
  }

  /** Sleeps for so many µs, below a second, or until a descriptor can be read. */
  sleepUntilReadable(duration: number): void {
    this.#setTimeout(duration);
    this.#libc.ppoll(this.#descriptorsAddress, this.#countBig, this.#timeoutAddress, 0n);
  }

  #setTimeout(duration: number): void {
    // Seconds stay zero.
    this.#timeoutWords[TIMESPEC.NANOSECONDS / 4] = Math.floor(duration * 1_000);
  }
}
