/**
 * Half-open connections of the hosts of one group: what Linux keeps of a SYN until a RST or an ACK
 * comes. Fixed records in columns, found by 4-tuple; when a connection is retried or forgotten is
 * the business of `tcp_stack.ts`.
 */
import { assert } from "assertion";
import { enlarge } from "./columns.ts";
import { hash3 } from "./hash.ts";

/**
 * Connections at most; then SYNs are answered with cookies, without state, as Linux does when its
 * backlog is full.
 */
export const MAX_HALF_OPEN = 32_768;

/** No connection. */
export const NONE = -1;

/** Buckets of the hash table, a power of two. */
const BUCKETS = 4_096;

/** Records that there is room for at first; doubled when full. */
const FIRST_CAPACITY = 64;

/** Generations of a record, so that a timer knows whether it still means the same connection. */
const GENERATIONS = 65_536;

/** A 4-tuple as the host sees it. */
export interface Tuple {
  /** The host's own address. */
  local: number;
  remote: number;
  /** Host's port in the high half, the other side's in the low half. */
  ports: number;
}

/** See the file's comment. */
export class HalfOpenTable {
  /** Columns by record; they change when the table grows. */
  local: Uint32Array = new Uint32Array(FIRST_CAPACITY);
  remote: Uint32Array = new Uint32Array(FIRST_CAPACITY);
  ports: Uint32Array = new Uint32Array(FIRST_CAPACITY);
  /** Sequence number of the SYN. */
  sequence: Uint32Array = new Uint32Array(FIRST_CAPACITY);
  /** Our own sequence number in the SYN-ACK. */
  ownSequence: Uint32Array = new Uint32Array(FIRST_CAPACITY);
  /** Route of the answers. */
  route: Int32Array = new Int32Array(FIRST_CAPACITY);
  /** When a repeated SYN was answered last, µs. */
  answeredAt: Float64Array = new Float64Array(FIRST_CAPACITY);
  /** Retransmissions of the SYN-ACK so far. */
  retries: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  #generation: Uint16Array = new Uint16Array(FIRST_CAPACITY);
  #next: Int32Array = new Int32Array(FIRST_CAPACITY);
  readonly #heads: Int32Array = new Int32Array(BUCKETS).fill(NONE);
  #free = NONE;
  #unused = 0;
  #size = 0;

  /** Connections that are half-open. */
  get size(): number {
    return this.#size;
  }

  /** The record of a 4-tuple, or {@linkcode NONE}. */
  find(tuple: Tuple): number {
    let record = this.#heads[bucketOf(tuple)]!;
    while (record !== NONE && !this.#is(record, tuple)) record = this.#next[record]!;
    return record;
  }

  /** A new record for a 4-tuple that has none; {@linkcode NONE} if the table is full. */
  add(tuple: Tuple): number {
    const record = this.#takeRecord();
    if (record === NONE) return NONE;
    this.local[record] = tuple.local;
    this.remote[record] = tuple.remote;
    this.ports[record] = tuple.ports;
    this.retries[record] = 0;
    this.answeredAt[record] = -Infinity;
    const bucket = bucketOf(tuple);
    this.#next[record] = this.#heads[bucket]!;
    this.#heads[bucket] = record;
    this.#size++;
    return record;
  }

  /** Forgets a record. */
  remove(record: number): void {
    const bucket = bucketOf({
      local: this.local[record]!,
      remote: this.remote[record]!,
      ports: this.ports[record]!,
    });
    let at = this.#heads[bucket]!;
    if (at === record) this.#heads[bucket] = this.#next[record]!;
    else {
      while (at !== NONE && this.#next[at] !== record) at = this.#next[at]!;
      assert(at !== NONE, "A half-open connection is removed once");
      this.#next[at] = this.#next[record]!;
    }
    this.#generation[record]!++;
    this.#next[record] = this.#free;
    this.#free = record;
    this.#size--;
  }

  /** Names a record for a timer: valid until the record is removed. */
  cookieOf(record: number): number {
    return record * GENERATIONS + this.#generation[record]!;
  }

  /** The record that a cookie names, or {@linkcode NONE} if it is gone. */
  recordOf(cookie: number): number {
    const record = Math.floor(cookie / GENERATIONS);
    return this.#generation[record] === cookie % GENERATIONS ? record : NONE;
  }

  #takeRecord(): number {
    const record = this.#free;
    if (record !== NONE) {
      this.#free = this.#next[record]!;
      return record;
    }
    if (this.#unused === MAX_HALF_OPEN) return NONE;
    if (this.#unused === this.local.length) this.#grow();
    return this.#unused++;
  }

  #grow(): void {
    const capacity = 2 * this.local.length;
    this.local = enlarge(new Uint32Array(capacity), this.local);
    this.remote = enlarge(new Uint32Array(capacity), this.remote);
    this.ports = enlarge(new Uint32Array(capacity), this.ports);
    this.sequence = enlarge(new Uint32Array(capacity), this.sequence);
    this.ownSequence = enlarge(new Uint32Array(capacity), this.ownSequence);
    this.route = enlarge(new Int32Array(capacity), this.route);
    this.answeredAt = enlarge(new Float64Array(capacity), this.answeredAt);
    this.retries = enlarge(new Uint8Array(capacity), this.retries);
    this.#generation = enlarge(new Uint16Array(capacity), this.#generation);
    this.#next = enlarge(new Int32Array(capacity), this.#next);
  }

  #is(record: number, tuple: Tuple): boolean {
    return this.ports[record] === tuple.ports && this.local[record] === tuple.local &&
      this.remote[record] === tuple.remote;
  }
}

function bucketOf(tuple: Tuple): number {
  return hash3(tuple.local, tuple.remote, tuple.ports) & (BUCKETS - 1);
}
