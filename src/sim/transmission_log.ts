/**
 * Transmissions in the order in which they left, and which of them may be lost: those that left so
 * many places before one that has arrived. It tells each suspect once.
 */
import { assert } from "assertion";
import { enlarge } from "./columns.ts";

/** Transmissions that are remembered at first, a power of two; doubled when full. */
const FIRST_CAPACITY = 1_024;

/** Transmissions at most: a flow that has more under way has run away. */
const MAX_TRANSMISSIONS = 1 << 20;

/** See the file's comment. */
export class TransmissionLog {
  readonly #reordering: number;
  /** What each transmission carried; a ring from the oldest on. */
  #items = new Float64Array(FIRST_CAPACITY);
  #oldest = 0;
  /** Order of the next transmission. */
  nextOrder = 0;
  /** The latest transmission that has arrived. */
  lastArrived = -1;
  /** Order of the suspect told last. */
  suspectOrder = -1;

  /** @param reordering Places that packets may change without a loss. */
  constructor(reordering: number) {
    this.#reordering = reordering;
  }

  /** Notes that `item` leaves; returns its order. */
  add(item: number): number {
    if (this.nextOrder - this.#oldest === this.#items.length) this.#grow();
    this.#items[this.nextOrder & (this.#items.length - 1)] = item;
    return this.nextOrder++;
  }

  /** Notes that a transmission has arrived. */
  noteArrival(order: number): void {
    if (order > this.lastArrived) this.lastArrived = order;
  }

  /** The next item that may be lost, if it has not arrived; -1 if there is none. */
  nextSuspect(): number {
    if (this.#oldest + this.#reordering > this.lastArrived) return -1;
    this.suspectOrder = this.#oldest;
    return this.#items[this.#oldest++ & (this.#items.length - 1)]!;
  }

  #grow(): void {
    const size = this.#items.length;
    assert(2 * size <= MAX_TRANSMISSIONS, "The log of transmissions has run away");
    const items = enlarge(new Float64Array(2 * size), this.#items);
    // A ring of twice the size has other places for the same orders.
    for (let order = this.#oldest; order < this.nextOrder; order++) {
      items[order & (2 * size - 1)] = this.#items[order & (size - 1)]!;
    }
    this.#items = items;
  }
}
