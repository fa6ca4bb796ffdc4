/**
 * One stretch of path in one direction: a bottleneck with its queue, then loss, duplication,
 * corruption, and the way itself with delay and jitter. Longer paths are several of these.
 */
import type { Random } from "random";
import { type Micros, micros } from "units";
import { Bottleneck, type BottleneckOptions } from "./bottleneck.ts";
import { type LossModel, type LossOptions, makeLoss } from "./loss.ts";
import type { Node, Site } from "./node.ts";

/** Time that varies from packet to packet, added to the delay. */
export interface JitterOptions {
  readonly kind: "uniform" | "exponential";
  /** µs; a uniform one is between 0 and twice this. */
  readonly mean: number;
  /** True if a packet may overtake another; otherwise it waits behind it. */
  readonly reorder?: boolean;
}

/** What a stretch of path does. Everything left out does nothing. */
export interface PathOptions {
  /** One way, µs. */
  readonly delay?: number;
  readonly jitter?: JitterOptions;
  readonly bottleneck?: BottleneckOptions;
  /** Lost on the way, after the bottleneck has spent its time on them. */
  readonly loss?: LossOptions;
  /** Probability that a packet arrives twice. */
  readonly duplicate?: number;
  /** Probability that one bit of a packet is flipped. */
  readonly corrupt?: number;
}

/** Counters of a stretch. */
export interface PathCounters {
  /** Packets that came in. */
  offered: number;
  /** Packets that found the queue full. */
  overflowed: number;
  /** Packets that were lost on the way. */
  lost: number;
  duplicated: number;
  corrupted: number;
}

/** See the file's comment. */
export class Path implements Node {
  readonly counters: PathCounters = {
    offered: 0,
    overflowed: 0,
    lost: 0,
    duplicated: 0,
    corrupted: 0,
  };
  /** The bottleneck, if there is one. */
  readonly bottleneck: Bottleneck | undefined;
  readonly #random: Random;
  #loss: LossModel | undefined;
  #delay: number;
  #jitter: JitterOptions | undefined;
  #duplicate: number;
  #corrupt: number;
  #lastArrival = 0;

  constructor(options: PathOptions, random: Random) {
    this.#random = random;
    this.#loss = makeLoss(options.loss, random);
    this.bottleneck = options.bottleneck && new Bottleneck(options.bottleneck);
    this.#delay = options.delay ?? 0;
    this.#jitter = options.jitter;
    this.#duplicate = options.duplicate ?? 0;
    this.#corrupt = options.corrupt ?? 0;
  }

  /** Changes the delay (µs), for packets that come from now on. */
  setDelay(delay: number): void {
    this.#delay = delay;
  }

  /** Changes the loss, for packets that come from now on. */
  setLoss(loss: LossOptions | undefined): void {
    this.#loss = makeLoss(loss, this.#random);
  }

  accept(packet: number, now: Micros, site: Site): void {
    this.counters.offered++;
    let leaves = now;
    if (this.bottleneck !== undefined) {
      const left = this.bottleneck.offer(site.pool.length[packet]!, now);
      if (left === -1) {
        this.counters.overflowed++;
        return site.drop(packet);
      }
      leaves = left;
    }
    if (this.#loss?.isLost()) {
      this.counters.lost++;
      return site.drop(packet);
    }
    if (this.#random.chance(this.#corrupt)) this.#damage(packet, site);
    if (this.#random.chance(this.#duplicate)) {
      this.counters.duplicated++;
      site.pass(site.pool.takeCopy(packet), this.#arrival(leaves));
    }
    site.pass(packet, this.#arrival(leaves));
  }

  /** Nothing is ever asked for. */
  wake(): void {}

  #arrival(leaves: Micros): Micros {
    if (this.#jitter === undefined) return micros(leaves + this.#delay);
    const { kind, mean, reorder } = this.#jitter;
    const extra = kind === "uniform"
      ? 2 * mean * this.#random.unit()
      : this.#random.exponential(mean);
    const arrival = leaves + this.#delay + extra;
    if (reorder) return micros(arrival);
    this.#lastArrival = Math.max(this.#lastArrival, arrival);
    return micros(this.#lastArrival);
  }

  #damage(packet: number, site: Site): void {
    this.counters.corrupted++;
    const { pool } = site;
    pool.damaged[packet] = 1;
    const bit = this.#random.below(8 * pool.stored(packet));
    const at = pool.at(packet) + (bit >>> 3);
    pool.bytes(packet)[at]! ^= 1 << (bit & 7);
  }
}
