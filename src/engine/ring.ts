/**
 * The ring: pairs whose state is unknown, in the order in which they are asked. Likely-open ports
 * come first, the rest in seeded random order; what stayed silent goes to the end, so that a pair
 * is asked again only after all other unknown pairs have been asked.
 */
import type { Random } from "random";
import { assert } from "assertion";
import type { PairSpace } from "./pair_space.ts";

/** A first-in, first-out queue of pair numbers with room for every pair of the flow. */
export class Ring {
  readonly #pairs: Uint32Array;
  #head = 0;
  #length = 0;

  /** @param capacity Number of pairs; none is in the ring twice, so it cannot overflow. */
  constructor(capacity: number) {
    this.#pairs = new Uint32Array(capacity);
  }

  /** How many pairs wait. */
  get length(): number {
    return this.#length;
  }

  /** Appends a pair. */
  give(pair: number): void {
    assert(this.#length < this.#pairs.length, "The ring holds a pair twice");
    let at = this.#head + this.#length;
    if (at >= this.#pairs.length) at -= this.#pairs.length;
    this.#pairs[at] = pair;
    this.#length++;
  }

  /** The pair that is next, or −1. It stays. */
  peek(): number {
    return this.#length === 0 ? -1 : this.#pairs[this.#head]!;
  }

  /** Removes and returns the pair that is next. */
  take(): number {
    assert(this.#length > 0, "The ring is empty");
    const pair = this.#pairs[this.#head]!;
    this.#head = this.#head + 1 === this.#pairs.length ? 0 : this.#head + 1;
    this.#length--;
    return pair;
  }
}

/**
 * Fills a ring with all pairs of a search: the first question to all targets in random order, then
 * the second to all, and so on: every pass asks in one way, and a target gets time to answer.
 */
export function fillPasses(space: PairSpace, random: Random): Ring {
  const questions = space.ports.length;
  const offsets = new Uint32Array(space.targetCount).map((_, offset) => offset);
  random.shuffle(offsets);
  const ring = new Ring(space.size);
  for (let position = 0; position < questions; position++) {
    for (let i = 0; i < offsets.length; i++) ring.give(offsets[i]! * questions + position);
  }
  return ring;
}

/**
 * Fills a ring with all pairs of a flow: `likelyPorts` of every target first, then the rest, both
 * in random order.
 */
export function fillRing(space: PairSpace, likelyPorts: readonly number[], random: Random): Ring {
  const likely = new Set(likelyPorts);
  const first: number[] = [];
  const rest = new Uint32Array(space.size);
  let count = 0;
  for (let pair = 0; pair < space.size; pair++) {
    if (likely.has(space.portOf(pair))) first.push(pair);
    else rest[count++] = pair;
  }
  const ring = new Ring(space.size);
  for (const pair of random.shuffle(first)) ring.give(pair);
  random.shuffle(rest.subarray(0, count));
  // By index: iterating over a typed array makes an object per element.
  for (let i = 0; i < count; i++) ring.give(rest[i]!);
  return ring;
}
