/**
 * What happens when: a flat binary heap, ordered by time and then by insertion, so that the same
 * inputs always give the same order. What an event means is the network's business.
 */
import { assert } from "assertion";
import { type Micros, NEVER } from "units";
import { enlarge } from "./columns.ts";

/** Events that wait at most: a network that needs more has run away. */
export const MAX_EVENTS = 1 << 23;

/** Room for this many at first; doubled when full. */
const FIRST_CAPACITY = 1_024;

/** Events by time. {@linkcode pop} loads the earliest into the fields. */
export class EventQueue {
  /** When the event popped last is due. */
  time: Micros = NEVER;
  /** Which node it concerns. */
  node = 0;
  /** The packet that reaches the node, or what the node wrote there. */
  value = 0;
  #times = new Float64Array(FIRST_CAPACITY);
  #orders = new Float64Array(FIRST_CAPACITY);
  #nodes = new Int32Array(FIRST_CAPACITY);
  #values = new Int32Array(FIRST_CAPACITY);
  #size = 0;
  #nextOrder = 0;

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  /** When the earliest is due. */
  get nextTime(): Micros {
    return this.#size === 0 ? NEVER : this.#times[0]! as Micros;
  }

  /** Adds an event. */
  push(time: Micros, node: number, value: number): void {
    if (this.#size === this.#times.length) this.#grow();
    const order = this.#nextOrder++;
    const times = this.#times;
    let hole = this.#size++;
    while (hole > 0) {
      const parent = (hole - 1) >>> 1;
      // Never equal in order: what came later stays below what came first.
      if (times[parent]! <= time) break;
      this.#move(parent, hole);
      hole = parent;
    }
    this.#set(hole, time, order);
    this.#nodes[hole] = node;
    this.#values[hole] = value;
  }

  /**
   * Takes the earliest event out and loads it.
   *
   * @returns False if there is none.
   */
  pop(): boolean {
    if (this.#size === 0) return false;
    this.time = this.#times[0]! as Micros;
    this.node = this.#nodes[0]!;
    this.value = this.#values[0]!;
    const last = --this.#size;
    if (last > 0) this.#sink(last);
    return true;
  }

  /** Puts the event at `from`, the last of the heap, where it belongs, starting at the top. */
  #sink(from: number): void {
    const times = this.#times;
    const orders = this.#orders;
    const size = this.#size;
    const time = times[from]!;
    const order = orders[from]!;
    let hole = 0;
    for (let child = 1; child < size; child = 2 * hole + 1) {
      const right = child + 1;
      if (right < size && isBefore(times[right]!, orders[right]!, times[child]!, orders[child]!)) {
        child = right;
      }
      if (isBefore(time, order, times[child]!, orders[child]!)) break;
      this.#move(child, hole);
      hole = child;
    }
    this.#move(from, hole);
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from]!;
    this.#orders[to] = this.#orders[from]!;
    this.#nodes[to] = this.#nodes[from]!;
    this.#values[to] = this.#values[from]!;
  }

  #set(at: number, time: number, order: number): void {
    this.#times[at] = time;
    this.#orders[at] = order;
  }

  #grow(): void {
    const capacity = 2 * this.#times.length;
    assert(capacity <= MAX_EVENTS, "The event queue has run away");
    this.#times = enlarge(new Float64Array(capacity), this.#times);
    this.#orders = enlarge(new Float64Array(capacity), this.#orders);
    this.#nodes = enlarge(new Int32Array(capacity), this.#nodes);
    this.#values = enlarge(new Int32Array(capacity), this.#values);
  }
}

function isBefore(time: number, order: number, otherTime: number, otherOrder: number): boolean {
  return time < otherTime || (time === otherTime && order < otherOrder);
}
