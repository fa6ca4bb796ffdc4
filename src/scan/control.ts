/**
 * What can be asked of a scan while it runs: pause, skip a target, another rate, stop. Words in
 * shared memory, since a worker in its loop receives no messages; the main thread writes them, the
 * workers read them at every step.
 */

/** Words and what is in them. */
const Word = {
  /** 1: end early and report. */
  STOP: 0,
  /** 1: send nothing until it is 0 again. */
  PAUSE: 1,
  /** Rate cap in thousandths of a packet per second; 0: as the options have it; −1: none. */
  RATE: 2,
  /** How many targets have been given up by the user so far. */
  SKIPS: 3,
  /** The address of the last of them, 16 bytes, and how many of these it has. */
  SKIP_ADDRESS: 4,
  SKIP_LENGTH: 8,
} as const;

/** Words in all. */
const WORDS = 9;

/** Bytes of the longest address. */
const ADDRESS_BYTES = 16;

/** Packets per second that fit into a word, at the most: no machine comes near. */
const LARGEST_RATE = 2_000_000;

/** A rate's unit. */
const PER_THOUSAND = 1_000;

/** See the file's comment. One scan, one control. */
export class ScanControl {
  /** What main thread and workers share. */
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #skipAddress: Uint8Array;

  /** A control of its own, or the other end of one whose memory is given. */
  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(4 * WORDS)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
    this.#skipAddress = new Uint8Array(buffer, 4 * Word.SKIP_ADDRESS, ADDRESS_BYTES);
  }

  /** Ends the scan early; what is known is reported. */
  stop(): void {
    Atomics.store(this.#words, Word.STOP, 1);
  }

  /** True after {@linkcode ScanControl.stop}. */
  get isStopped(): boolean {
    return Atomics.load(this.#words, Word.STOP) !== 0;
  }

  /** While true, nothing is sent; answers that come in still count, and no time-out passes. */
  get isPaused(): boolean {
    return Atomics.load(this.#words, Word.PAUSE) !== 0;
  }

  /** Stops sending, or goes on. */
  set isPaused(paused: boolean) {
    Atomics.store(this.#words, Word.PAUSE, paused ? 1 : 0);
  }

  /** Packets per second at most; `undefined`: as the options of the scan have it. */
  get maxRate(): number | undefined {
    const value = Atomics.load(this.#words, Word.RATE);
    return value === 0 ? undefined : value < 0 ? Infinity : value / PER_THOUSAND;
  }

  /** Sets another cap from now on; Infinity takes it away. */
  set maxRate(rate: number) {
    if (!(rate > 0)) throw new RangeError(`Cannot use ${rate} as a rate: it must be above 0`);
    const isCap = rate <= LARGEST_RATE;
    const value = isCap ? Math.max(1, Math.round(rate * PER_THOUSAND)) : -1;
    Atomics.store(this.#words, Word.RATE, value);
  }

  /** Gives a target up that is being scanned; what is known of it is reported. */
  skip(address: Uint8Array): void {
    this.#skipAddress.fill(0);
    this.#skipAddress.set(address);
    Atomics.store(this.#words, Word.SKIP_LENGTH, address.length);
    Atomics.add(this.#words, Word.SKIPS, 1);
  }

  /** How often {@linkcode ScanControl.skip} was called. */
  get skips(): number {
    return Atomics.load(this.#words, Word.SKIPS);
  }

  /** The address that was given up last. */
  get skipped(): Uint8Array {
    return this.#skipAddress.slice(0, Atomics.load(this.#words, Word.SKIP_LENGTH));
  }
}
