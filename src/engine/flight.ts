/**
 * Every transmission that has left and is not judged yet, and those judged lately: a ring of
 * records in columns, addressed by serial number. Serials count transmissions from 0 in the order
 * of sending, so "sent later" is "larger".
 */
import { assert } from "assertion";
import { type Micros, micros } from "units";

/** What has become of a transmission. */
export const Fate = {
  /** In the network, counts against the window. */
  OUTSTANDING: 0,
  /** A probe whose window slot was freed by a later answer; its own answer may still come. */
  RELEASED: 1,
  ANSWERED: 2,
  /** Declared lost (triggers), or written off when everything timed out. */
  LOST: 3,
  /** A probe whose pair was settled by another try: nobody waits for its answer. */
  MOOT: 4,
} as const;
export type Fate = (typeof Fate)[keyof typeof Fate];

/** Serial that stands for "none". */
export const NO_SERIAL = 0xffff_ffff;

/** First size; doubled when needed. */
const INITIAL_CAPACITY = 4_096;

/** Largest size: every pair of a flow is out at most once, so this is far above any real window. */
const MAX_CAPACITY = 1 << 22;

/** How far delivery had come when a transmission left. */
export interface Progress {
  /** Packets delivered before. */
  delivered: number;
  /** True if there was too little to send to fill the path. */
  isAppLimited: boolean;
}

/** Some probes, by number; one record, reused. */
export interface Released {
  packets: number;
  /** Of these, first tries of their pairs. */
  firstTries: number;
}

/** The transmissions of one flow. */
export class Flight {
  #capacity = INITIAL_CAPACITY;
  #mask = INITIAL_CAPACITY - 1;
  #sentAt = new Float64Array(INITIAL_CAPACITY);
  /** Pair of a probe, or ~(number of the trigger). */
  #subject = new Int32Array(INITIAL_CAPACITY);
  #attempt = new Uint8Array(INITIAL_CAPACITY);
  #fate = new Uint8Array(INITIAL_CAPACITY);
  #uncertain = new Uint8Array(INITIAL_CAPACITY);
  #previous = new Uint32Array(INITIAL_CAPACITY);
  /** How far delivery had come when it left, see {@linkcode Progress}. */
  #delivered = new Float64Array(INITIAL_CAPACITY);
  #appLimited = new Uint8Array(INITIAL_CAPACITY);
  #next = 0;
  #oldest = 0;
  /** First serial that may still be outstanding as a probe: everything before is released. */
  #releasedTo = 0;
  #outstanding = 0;
  readonly #released: Released = { packets: 0, firstTries: 0 };
  readonly #batch: Released = { packets: 0, firstTries: 0 };
  /** First serial whose record survived the last growth. */
  #kept = 0;

  /** Serial of the next transmission. */
  get next(): number {
    return this.#next;
  }

  /** Oldest serial that is not judged yet. */
  get oldest(): number {
    return this.#oldest;
  }

  /** Packets in flight: what cwnd is compared with. */
  get outstanding(): number {
    return this.#outstanding;
  }

  /**
   * Records a probe.
   *
   * @param previous Serial of the pair's try before this one, or {@linkcode NO_SERIAL}.
   */
  addProbe(pair: number, now: Micros, attempt: number, previous: number): number {
    return this.#add(pair, now, attempt, previous);
  }

  /** Records a trigger, by the number of its entry in the trigger set. */
  addTrigger(trigger: number, now: Micros): number {
    return this.#add(~trigger, now, 0, NO_SERIAL);
  }

  /** True while the record of a serial is kept. */
  has(serial: number): boolean {
    return serial < this.#next && serial >= Math.max(this.#kept, this.#next - this.#capacity);
  }

  /** When it was sent. */
  sentAt(serial: number): Micros {
    return micros(this.#sentAt[serial & this.#mask]!);
  }

  isTrigger(serial: number): boolean {
    return this.#subject[serial & this.#mask]! < 0;
  }

  /** The pair of a probe. */
  pair(serial: number): number {
    return this.#subject[serial & this.#mask]!;
  }

  /** The trigger set's number of a trigger. */
  trigger(serial: number): number {
    return ~this.#subject[serial & this.#mask]!;
  }

  fate(serial: number): Fate {
    return this.#fate[serial & this.#mask]! as Fate;
  }

  /** True if nothing may be concluded from its silence. */
  isUncertain(serial: number): boolean {
    return this.#uncertain[serial & this.#mask] === 1;
  }

  /** The try of a probe's pair before it, or {@linkcode NO_SERIAL}. */
  previous(serial: number): number {
    return this.#previous[serial & this.#mask]!;
  }

  /** Finds the pair's transmission with a given try, from its newest one backward. */
  findTry(newest: number, attempt: number): number {
    let serial = newest;
    while (serial !== NO_SERIAL && this.has(serial)) {
      const at = serial & this.#mask;
      if (this.#attempt[at] === attempt) return serial;
      serial = this.#previous[at]!;
    }
    return NO_SERIAL;
  }

  /** Gives a transmission its fate; the window shrinks by one if it was outstanding. */
  close(serial: number, fate: Fate): void {
    const at = serial & this.#mask;
    if (this.#fate[at] === Fate.OUTSTANDING) this.#outstanding--;
    this.#fate[at] = fate;
  }

  /** Keeps how far delivery had come when a transmission left. */
  stamp(serial: number, progress: Readonly<Progress>): void {
    const at = serial & this.#mask;
    this.#delivered[at] = progress.delivered;
    this.#appLimited[at] = progress.isAppLimited ? 1 : 0;
  }

  /** Reads what {@linkcode stamp} has kept. */
  readStamp(serial: number, into: Progress): void {
    const at = serial & this.#mask;
    into.delivered = this.#delivered[at]!;
    into.isAppLimited = this.#appLimited[at] === 1;
  }

  /** Frees the window slots of all probes sent before `serial`; says how many had one. */
  releaseBefore(serial: number): Released {
    const released = this.#released;
    released.packets = 0;
    released.firstTries = 0;
    for (let s = Math.max(this.#releasedTo, this.#oldest); s < serial; s++) {
      const at = s & this.#mask;
      if (this.#subject[at]! < 0 || this.#fate[at] !== Fate.OUTSTANDING) continue;
      this.#fate[at] = Fate.RELEASED;
      released.packets++;
      if (this.#attempt[at] === 0) released.firstTries++;
    }
    if (serial > this.#releasedTo) this.#releasedTo = serial;
    this.#outstanding -= released.packets;
    return released;
  }

  /** The probes between a trigger and the one before it: they pass if it does. */
  batchOf(trigger: number): Released {
    const batch = this.#batch;
    batch.packets = 0;
    batch.firstTries = 0;
    for (let s = trigger - 1; s >= this.#oldest && !this.isTrigger(s); s--) {
      batch.packets++;
      if (this.#attempt[s & this.#mask] === 0) batch.firstTries++;
    }
    return batch;
  }

  /** True for the first try of a pair. */
  isFirstTry(serial: number): boolean {
    return this.#attempt[serial & this.#mask] === 0;
  }

  /** When the oldest probe that may still be in flight was sent; Infinity if there is none. */
  get oldestSentAt(): number {
    const serial = Math.max(this.#releasedTo, this.#oldest);
    return serial < this.#next ? this.#sentAt[serial & this.#mask]! : Infinity;
  }

  /** Frees the window slots of all probes older than `patience`: they have left the network. */
  releaseOverdue(patience: Micros, now: Micros): void {
    let serial = Math.max(this.#releasedTo, this.#oldest);
    while (serial < this.#next && this.#sentAt[serial & this.#mask]! + patience <= now) serial++;
    this.releaseBefore(serial);
  }

  /** Marks the batch of a trigger, see {@linkcode batchOf}. */
  markBatchUncertain(trigger: number): void {
    for (let serial = trigger - 1; serial >= this.#oldest && !this.isTrigger(serial); serial--) {
      this.#uncertain[serial & this.#mask] = 1;
    }
  }

  /** Marks everything that is not judged: the capture lost packets, or all triggers timed out. */
  markAllUncertain(): void {
    for (let s = this.#oldest; s < this.#next; s++) this.#uncertain[s & this.#mask] = 1;
  }

  /** The oldest transmission has been judged. */
  dropOldest(): void {
    assert(this.#oldest < this.#next, "Nothing is left to judge");
    assert(this.fate(this.#oldest) !== Fate.OUTSTANDING, "An outstanding transmission was judged");
    this.#oldest++;
  }

  #add(subject: number, now: Micros, attempt: number, previous: number): number {
    if (this.#next - this.#oldest === this.#capacity) this.#grow();
    const serial = this.#next++;
    const at = serial & this.#mask;
    this.#sentAt[at] = now;
    this.#subject[at] = subject;
    this.#attempt[at] = attempt;
    this.#fate[at] = Fate.OUTSTANDING;
    this.#uncertain[at] = 0;
    this.#previous[at] = previous;
    this.#outstanding++;
    return serial;
  }

  #grow(): void {
    const before = this.#capacity;
    assert(before < MAX_CAPACITY, "The flight table is full");
    const capacity = before * 2;
    this.#sentAt = this.#spread(this.#sentAt, new Float64Array(capacity));
    this.#subject = this.#spread(this.#subject, new Int32Array(capacity));
    this.#attempt = this.#spread(this.#attempt, new Uint8Array(capacity));
    this.#fate = this.#spread(this.#fate, new Uint8Array(capacity));
    this.#uncertain = this.#spread(this.#uncertain, new Uint8Array(capacity));
    this.#previous = this.#spread(this.#previous, new Uint32Array(capacity));
    this.#delivered = this.#spread(this.#delivered, new Float64Array(capacity));
    this.#appLimited = this.#spread(this.#appLimited, new Uint8Array(capacity));
    this.#capacity = capacity;
    this.#mask = capacity - 1;
    this.#kept = this.#oldest;
  }

  /** Copies a column so that every serial finds its record under the larger mask. */
  #spread<T extends { length: number; [index: number]: number }>(from: T, to: T): T {
    for (let serial = this.#oldest; serial < this.#next; serial++) {
      to[serial & (to.length - 1)] = from[serial & this.#mask]!;
    }
    return to;
  }
}
