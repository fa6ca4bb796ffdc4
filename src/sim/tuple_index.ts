/**
 * Finds records by 4-tuple: a hash table with chains over numbered records, which are reused. What
 * a record holds is its owner's business, in columns of {@linkcode TupleIndex.capacity} places.
 */
import { assert } from "assertion";
import { enlarge } from "./columns.ts";
import { hash3 } from "./hash.ts";

/** No record. */
export const NONE = -1;

/** Buckets of the hash table, a power of two. */
const BUCKETS = 4_096;

/** Records that there is room for at first; doubled when full. */
export const FIRST_CAPACITY = 64;

/** A 4-tuple as a host sees it. */
export interface Tuple {
  /** The host's own address. */
  local: number;
  remote: number;
  /** Host's port in the high half, the other side's in the low half. */
  ports: number;
}

/** See the file's comment. */
export class TupleIndex {
  /** Columns by record; they change when the index grows. */
  local: Uint32Array<ArrayBuffer> = new Uint32Array(FIRST_CAPACITY);
  remote: Uint32Array<ArrayBuffer> = new Uint32Array(FIRST_CAPACITY);
  ports: Uint32Array<ArrayBuffer> = new Uint32Array(FIRST_CAPACITY);
  readonly #limit: number;
  #next: Int32Array<ArrayBuffer> = new Int32Array(FIRST_CAPACITY);
  readonly #heads: Int32Array = new Int32Array(BUCKETS).fill(NONE);
  readonly #key: Tuple = { local: 0, remote: 0, ports: 0 };
  #free = NONE;
  #unused = 0;
  #size = 0;

  /** @param limit Records at most. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Records in use. */
  get size(): number {
    return this.#size;
  }

  /** Records that there is room for now. */
  get capacity(): number {
    return this.local.length;
  }

  /** The record of a 4-tuple, or {@linkcode NONE}. */
  find(tuple: Tuple): number {
    let record = this.#heads[bucketOf(tuple)]!;
    while (record !== NONE && !this.#is(record, tuple)) record = this.#next[record]!;
    return record;
  }

  /** A new record for a 4-tuple that has none; {@linkcode NONE} if the index is full. */
  add(tuple: Tuple): number {
    const record = this.#takeRecord();
    if (record === NONE) return NONE;
    this.local[record] = tuple.local;
    this.remote[record] = tuple.remote;
    this.ports[record] = tuple.ports;
    const bucket = bucketOf(tuple);
    this.#next[record] = this.#heads[bucket]!;
    this.#heads[bucket] = record;
    this.#size++;
    return record;
  }

  /** Forgets a record. */
  remove(record: number): void {
    const key = this.#key;
    key.local = this.local[record]!;
    key.remote = this.remote[record]!;
    key.ports = this.ports[record]!;
    const bucket = bucketOf(key);
    let at = this.#heads[bucket]!;
    if (at === record) this.#heads[bucket] = this.#next[record]!;
    else {
      while (at !== NONE && this.#next[at] !== record) at = this.#next[at]!;
      assert(at !== NONE, "A record is removed once");
      this.#next[at] = this.#next[record]!;
    }
    this.#next[record] = this.#free;
    this.#free = record;
    this.#size--;
  }

  #takeRecord(): number {
    const record = this.#free;
    if (record !== NONE) {
      this.#free = this.#next[record]!;
      return record;
    }
    if (this.#unused === this.#limit) return NONE;
    if (this.#unused === this.local.length) this.#grow();
    return this.#unused++;
  }

  #grow(): void {
    const capacity = 2 * this.local.length;
    this.local = enlarge(new Uint32Array(capacity), this.local);
    this.remote = enlarge(new Uint32Array(capacity), this.remote);
    this.ports = enlarge(new Uint32Array(capacity), this.ports);
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
