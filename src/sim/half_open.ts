/**
 * Half-open connections of the hosts of one group: what Linux keeps of a SYN until a RST or an ACK
 * comes. Fixed records in columns, found by 4-tuple; when a connection is retried or forgotten is
 * the business of `tcp_stack.ts`.
 */
import { enlarge } from "./columns.ts";
import { FIRST_CAPACITY, NONE, type Tuple, TupleIndex } from "./tuple_index.ts";

/** Connections at most of all hosts together; beyond, hosts answer as with a full backlog. */
export const MAX_HALF_OPEN = 32_768;

/** Generations of a record, so that a timer knows whether it still means the same connection. */
const GENERATIONS = 65_536;

/** See the file's comment. */
export class HalfOpenTable {
  /** Columns by record; they change when the table grows. */
  sequence: Uint32Array<ArrayBuffer> = new Uint32Array(FIRST_CAPACITY);
  /** Our own sequence number in the SYN-ACK; that of the SYN is in `sequence`. */
  ownSequence: Uint32Array<ArrayBuffer> = new Uint32Array(FIRST_CAPACITY);
  /** Route of the answers. */
  route: Int32Array<ArrayBuffer> = new Int32Array(FIRST_CAPACITY);
  /** When a repeated SYN was answered last, µs. */
  answeredAt: Float64Array<ArrayBuffer> = new Float64Array(FIRST_CAPACITY);
  /** When the SYN-ACK is to be sent again, µs. */
  dueAt: Float64Array<ArrayBuffer> = new Float64Array(FIRST_CAPACITY);
  /** Retransmissions of the SYN-ACK so far. */
  retries: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_CAPACITY);
  #generation = new Uint16Array(FIRST_CAPACITY);
  readonly #index = new TupleIndex(MAX_HALF_OPEN);

  /** Connections that are half-open. */
  get size(): number {
    return this.#index.size;
  }

  /** The record of a 4-tuple, or {@linkcode NONE}. */
  find(tuple: Tuple): number {
    return this.#index.find(tuple);
  }

  /** A new record for a 4-tuple that has none; {@linkcode NONE} if the table is full. */
  add(tuple: Tuple): number {
    const record = this.#index.add(tuple);
    if (record === NONE) return NONE;
    if (record >= this.retries.length) this.#grow();
    this.retries[record] = 0;
    this.answeredAt[record] = -Infinity;
    return record;
  }

  /** Forgets a record. */
  remove(record: number): void {
    this.#index.remove(record);
    this.#generation[record]!++;
  }

  /** The host's address, the other side's, and both ports as in {@linkcode Tuple}. */
  localOf(record: number): number {
    return this.#index.local[record]!;
  }

  /** See {@linkcode localOf}. */
  remoteOf(record: number): number {
    return this.#index.remote[record]!;
  }

  /** See {@linkcode localOf}. */
  portsOf(record: number): number {
    return this.#index.ports[record]!;
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

  #grow(): void {
    const { capacity } = this.#index;
    this.sequence = enlarge(new Uint32Array(capacity), this.sequence);
    this.ownSequence = enlarge(new Uint32Array(capacity), this.ownSequence);
    this.route = enlarge(new Int32Array(capacity), this.route);
    this.answeredAt = enlarge(new Float64Array(capacity), this.answeredAt);
    this.dueAt = enlarge(new Float64Array(capacity), this.dueAt);
    this.retries = enlarge(new Uint8Array(capacity), this.retries);
    this.#generation = enlarge(new Uint16Array(capacity), this.#generation);
  }
}
