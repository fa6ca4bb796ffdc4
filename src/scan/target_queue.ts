/**
 * Who is scanned next: the targets of a job in the order of its seed, one after the other. Several
 * workers draw from one queue, by a counter in shared memory, so that a fast one takes more. A
 * shard takes every n-th place of the same order: shards of one job cannot overlap, wherever they
 * run.
 */
import { assert } from "assertion";
import { Permutation } from "./permutation.ts";
import { TargetSet, type TargetSetData } from "./target_set.ts";
import type { TargetSpec } from "./target_spec.ts";

/** One of several parts of a job that run on their own. */
export interface Shard {
  /** Which, from 1. */
  readonly index: number;
  /** Of how many. */
  readonly count: number;
}

/** Bytes of the counter that workers share. */
export const COUNTER_BYTES = 4;

/** What a queue draws from. */
export interface QueueOptions {
  /** All targets of the job. */
  readonly targets: TargetSetData;
  /** Names their order. */
  readonly seed: number;
  /** The part that is drawn from. */
  readonly shard: Shard;
  /** The counter of all who draw; new memory: this queue is the only one. */
  readonly counter?: SharedArrayBuffer | undefined;
}

/** See the file's comment. */
export class TargetQueue {
  /** How many targets there are in all. */
  readonly size: number;
  readonly #targets: TargetSet;
  readonly #order: Permutation;
  readonly #shard: Shard;
  readonly #counter: Uint32Array;

  /** Draws from where the counter stands. */
  constructor({ targets, seed, shard, counter }: QueueOptions) {
    assert(TargetSet.fromData(targets).size < 2 ** 32, "More targets than the counter counts");
    assert(shard.index >= 1 && shard.index <= shard.count, "A shard is one of its count");
    this.#targets = TargetSet.fromData(targets);
    this.#order = new Permutation(this.#targets.size, seed);
    this.#shard = shard;
    this.#counter = new Uint32Array(counter ?? new SharedArrayBuffer(COUNTER_BYTES));
    this.size = shardSize(this.#targets.size, shard);
  }

  /** True if nobody is left; another worker may draw the last one at any time. */
  get isEmpty(): boolean {
    return Atomics.load(this.#counter, 0) >= this.size;
  }

  /** Draws the next target; undefined if there is none. */
  next(): TargetSpec | undefined {
    const { first, count } = this.take(1);
    return count === 0 ? undefined : this.at(first);
  }

  /** Draws so many turns at once, or what is left of them. */
  take(most: number): { first: number; count: number } {
    for (;;) {
      const first = Atomics.load(this.#counter, 0);
      const count = Math.min(most, this.size - first);
      if (count <= 0) return { first, count: 0 };
      const before = Atomics.compareExchange(this.#counter, 0, first, first + count);
      if (before === first) return { first, count };
    }
  }

  /** The target that is drawn at a turn, 0 to {@linkcode TargetQueue.size} − 1. */
  at(turn: number): TargetSpec {
    return this.#targets.at(this.#order.at(turn * this.#shard.count + this.#shard.index - 1));
  }
}

/** How many of so many targets are a shard's. */
export function shardSize(targets: number, { index, count }: Shard): number {
  return Math.max(0, Math.ceil((targets - index + 1) / count));
}
