/**
 * Entries of 4-tuples that are forgotten when they have been quiet for a while. Those with the same
 * patience stand in one list, the longest quiet first, so that forgetting costs nothing while
 * there is nothing to forget.
 */
import type { Micros } from "units";
import { enlarge } from "./columns.ts";
import { FIRST_CAPACITY, NONE, type Tuple, TupleIndex } from "./tuple_index.ts";

/** How long entries are kept, and how many. */
export interface StateTableOptions {
  readonly entries: number;
  /** µs. */
  readonly timeout: number;
  /** µs, after a connection has been closed. */
  readonly closedTimeout: number;
}

/** What a packet does to its entry: a closed one stays closed unless somebody opens it again. */
export type Use = "opens" | "goes on" | "closes";

/** The two lists. */
const LIVE = 0;
const CLOSED = 1;

/** See the file's comment. Times must not go back. */
export class StateTable {
  readonly #index: TupleIndex;
  readonly #timeouts: readonly [number, number];
  /** Longest and shortest quiet of each list. */
  readonly #first = [NONE, NONE];
  readonly #last = [NONE, NONE];
  #before = new Int32Array(FIRST_CAPACITY);
  #after = new Int32Array(FIRST_CAPACITY);
  #list = new Uint8Array(FIRST_CAPACITY);
  #usedAt = new Float64Array(FIRST_CAPACITY);

  constructor(options: StateTableOptions) {
    this.#index = new TupleIndex(options.entries);
    this.#timeouts = [options.timeout, options.closedTimeout];
  }

  /** Entries, those that {@linkcode expire} would forget included. */
  get size(): number {
    return this.#index.size;
  }

  /** True if there is an entry. */
  has(tuple: Tuple): boolean {
    return this.#index.find(tuple) !== NONE;
  }

  /**
   * Notes that an entry was used.
   *
   * @returns False if there is no such entry.
   */
  touch(tuple: Tuple, now: Micros, use: Use): boolean {
    const record = this.#index.find(tuple);
    if (record === NONE) return false;
    const stays = use === "goes on" ? this.#list[record]! : LIVE;
    this.#unlink(record);
    this.#append(record, use === "closes" ? CLOSED : stays, now);
    return true;
  }

  /**
   * Makes an entry, for a tuple that has none.
   *
   * @returns False if the table is full.
   */
  add(tuple: Tuple, now: Micros): boolean {
    const record = this.#index.add(tuple);
    if (record === NONE) return false;
    if (record >= this.#usedAt.length) this.#grow();
    this.#append(record, LIVE, now);
    return true;
  }

  /** Forgets what has been quiet for too long. */
  expire(now: Micros): void {
    for (let list = LIVE; list <= CLOSED; list++) {
      let record = this.#first[list]!;
      while (record !== NONE && this.#usedAt[record]! + this.#timeouts[list]! <= now) {
        this.#unlink(record);
        this.#index.remove(record);
        record = this.#first[list]!;
      }
    }
  }

  #append(record: number, list: number, now: number): void {
    const last = this.#last[list]!;
    this.#list[record] = list;
    this.#usedAt[record] = now;
    this.#before[record] = last;
    this.#after[record] = NONE;
    if (last === NONE) this.#first[list] = record;
    else this.#after[last] = record;
    this.#last[list] = record;
  }

  #unlink(record: number): void {
    const list = this.#list[record]!;
    const before = this.#before[record]!;
    const after = this.#after[record]!;
    if (before === NONE) this.#first[list] = after;
    else this.#after[before] = after;
    if (after === NONE) this.#last[list] = before;
    else this.#before[after] = before;
  }

  #grow(): void {
    const { capacity } = this.#index;
    this.#before = enlarge(new Int32Array(capacity), this.#before);
    this.#after = enlarge(new Int32Array(capacity), this.#after);
    this.#list = enlarge(new Uint8Array(capacity), this.#list);
    this.#usedAt = enlarge(new Float64Array(capacity), this.#usedAt);
  }
}
