/**
 * One stretch of path in one direction: a bottleneck with its queue, then loss, duplication,
 * corruption, and the way itself with delay and jitter. Longer paths are several of these; one that
 * stands in several routes is shared by them.
 */
import { assert } from "assertion";
import type { Random } from "random";
import { type Micros, micros } from "units";
import { ipv4Tos, ipv4Ttl, setIpv4Tos, setIpv4Ttl } from "wire/ipv4.ts";
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
  /** Routers on the way: each takes one from the hops that a packet may go. @default {0} */
  readonly hops?: number;
}

/** The two ECN bits of the type of service byte (RFC 3168); both set: congestion experienced. */
const ECN = 0x03;

/** Counters of a stretch. */
export interface PathCounters {
  /** Packets that came in. */
  offered: number;
  /** Packets that found the queue full, or that its management dropped. */
  overflowed: number;
  /** Packets that left with a congestion mark of this queue. */
  marked: number;
  /** Packets that were lost on the way. */
  lost: number;
  /** Packets whose hops were used up. */
  expired: number;
  duplicated: number;
  corrupted: number;
}

/** See the file's comment. */
export class Path implements Node {
  readonly counters: PathCounters = {
    offered: 0,
    overflowed: 0,
    marked: 0,
    lost: 0,
    expired: 0,
    duplicated: 0,
    corrupted: 0,
  };
  /** The bottleneck, if there is one. */
  readonly bottleneck: Bottleneck | undefined;
  readonly #random: Random;
  readonly #hops: number;
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
    this.#hops = options.hops ?? 0;
    this.#delay = options.delay ?? 0;
    this.#jitter = options.jitter;
    this.#duplicate = options.duplicate ?? 0;
    this.#corrupt = options.corrupt ?? 0;
  }

  /** Changes the delay (µs), for packets that come from now on. */
  setDelay(delay: number): void {
    this.#delay = delay;
  }

  /** Changes the rate of the bottleneck, which must be there, for packets that come from now on. */
  setRate(rate: Parameters<Bottleneck["setRate"]>[0]): void {
    assert(this.bottleneck !== undefined, "A path without a bottleneck has no rate");
    this.bottleneck.setRate(rate);
  }

  /** Changes the loss, for packets that come from now on. */
  setLoss(loss: LossOptions | undefined): void {
    this.#loss = makeLoss(loss, this.#random);
  }

  accept(packet: number, now: Micros, site: Site): void {
    this.counters.offered++;
    const leaves = this.bottleneck === undefined ? now : this.#queue(packet, now, site);
    if (leaves === -1) {
      this.counters.overflowed++;
      return site.drop(packet);
    }
    if (this.#loss?.isLost(leaves)) {
      this.counters.lost++;
      return site.drop(packet);
    }
    if (this.#hops > 0 && !this.#hop(packet, site)) {
      this.counters.expired++;
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

  /** @returns When the packet leaves the bottleneck; -1: it does not. */
  #queue(packet: number, now: Micros, site: Site): Micros | -1 {
    const { pool } = site;
    const view = pool.view(packet);
    const at = pool.at(packet);
    const tos = ipv4Tos(view, at);
    const bottleneck = this.bottleneck!;
    const leaves = bottleneck.offer(pool.length[packet]!, now, (tos & ECN) !== 0);
    if (bottleneck.isMarked) {
      this.counters.marked++;
      setIpv4Tos(view, at, tos | ECN);
    }
    return leaves;
  }

  /** @returns False if the packet may not go so far. */
  #hop(packet: number, site: Site): boolean {
    const view = site.pool.view(packet);
    const at = site.pool.at(packet);
    const left = ipv4Ttl(view, at) - this.#hops;
    if (left <= 0) return false;
    setIpv4Ttl(view, at, left);
    return true;
  }

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
