/** Which packets a path loses beside full queues: none, each with the same chance, or bursts. */
import { assert } from "assertion";
import type { Random } from "random";
import type { Micros } from "units";

/** Decides packet by packet. */
export interface LossModel {
  /** True if the packet that leaves at `now` is lost. Times do not go back. */
  isLost(now: Micros): boolean;
}

/** How loss is described. `share` of the packets are lost in the long run. */
export type LossOptions =
  /** Each packet with this probability, independently. */
  | { readonly kind: "random"; readonly probability: number }
  /**
   * Gilbert-Elliott: a good state and a bad one, in which packets are lost with `badLoss`; the
   * bad spells last `length` packets on average.
   */
  | {
    readonly kind: "bursts";
    readonly share: number;
    readonly length: number;
    readonly badLoss: number;
  }
  /**
   * The same in time: the bad spells last `duration` µs on average, however many packets meet
   * them. So fades a radio; asking again too soon meets the same spell.
   */
  | {
    readonly kind: "fades";
    readonly share: number;
    readonly duration: number;
    readonly badLoss: number;
  };

/** After so many spells without a packet the state is drawn anew instead of followed. */
const FORGOTTEN = 50;

/** Makes a loss model; undefined for a path that loses nothing. */
export function makeLoss(options: LossOptions | undefined, random: Random): LossModel | undefined {
  if (options === undefined) return undefined;
  if (options.kind === "random") {
    return options.probability === 0 ? undefined : new RandomLoss(options.probability, random);
  }
  if (options.share === 0) return undefined;
  assert(options.share < options.badLoss, "More is lost than the bad state loses");
  return options.kind === "bursts"
    ? new BurstLoss(options, random)
    : new FadingLoss(options, random);
}

/** Each packet with the same chance. */
class RandomLoss implements LossModel {
  readonly #probability: number;
  readonly #random: Random;

  constructor(probability: number, random: Random) {
    this.#probability = probability;
    this.#random = random;
  }

  isLost(): boolean {
    return this.#random.chance(this.#probability);
  }
}

/** Gilbert-Elliott, stepped once per packet. */
class BurstLoss implements LossModel {
  readonly #badLoss: number;
  readonly #toBad: number;
  readonly #toGood: number;
  readonly #random: Random;
  #isBad = false;

  constructor(options: { share: number; length: number; badLoss: number }, random: Random) {
    const badShare = options.share / options.badLoss;
    this.#badLoss = options.badLoss;
    this.#toGood = 1 / options.length;
    // In balance as many packets enter the bad state as leave it.
    this.#toBad = (this.#toGood * badShare) / (1 - badShare);
    this.#random = random;
  }

  isLost(): boolean {
    this.#isBad = this.#isBad
      ? !this.#random.chance(this.#toGood)
      : this.#random.chance(this.#toBad);
    return this.#isBad && this.#random.chance(this.#badLoss);
  }
}

/** Gilbert-Elliott in continuous time. */
class FadingLoss implements LossModel {
  readonly #badLoss: number;
  readonly #badShare: number;
  readonly #badTime: number;
  readonly #goodTime: number;
  readonly #random: Random;
  #isBad = false;
  #changesAt = -Infinity;

  constructor(options: { share: number; duration: number; badLoss: number }, random: Random) {
    this.#badLoss = options.badLoss;
    this.#badShare = options.share / options.badLoss;
    this.#badTime = options.duration;
    this.#goodTime = (options.duration * (1 - this.#badShare)) / this.#badShare;
    this.#random = random;
  }

  isLost(now: Micros): boolean {
    if (now - this.#changesAt > FORGOTTEN * (this.#badTime + this.#goodTime)) {
      // Spells have no memory: the state that lasts is as good as a fresh one.
      this.#isBad = this.#random.chance(this.#badShare);
      this.#changesAt = now + this.#spell();
    }
    while (this.#changesAt <= now) {
      this.#isBad = !this.#isBad;
      this.#changesAt += this.#spell();
    }
    return this.#isBad && this.#random.chance(this.#badLoss);
  }

  #spell(): number {
    return this.#random.exponential(this.#isBad ? this.#badTime : this.#goodTime);
  }
}
