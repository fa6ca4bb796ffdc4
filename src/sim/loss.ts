/** Which packets a path loses beside full queues: none, each with the same chance, or bursts. */
import type { Random } from "random";

/** Decides packet by packet. */
export interface LossModel {
  /** True if the next packet is lost. */
  isLost(): boolean;
}

/** How loss is described. */
export type LossOptions =
  /** Each packet with this probability, independently. */
  | { readonly kind: "random"; readonly probability: number }
  /**
   * Gilbert-Elliott: a good state and a bad one, in which packets are lost with `badLoss`. `share`
   * of the packets are lost in the long run, in bad spells of `length` packets on average.
   */
  | {
    readonly kind: "bursts";
    readonly share: number;
    readonly length: number;
    readonly badLoss: number;
  };

/** Makes a loss model; undefined for a path that loses nothing. */
export function makeLoss(options: LossOptions | undefined, random: Random): LossModel | undefined {
  if (options === undefined) return undefined;
  if (options.kind === "bursts") return new BurstLoss(options, random);
  return options.probability === 0 ? undefined : new RandomLoss(options.probability, random);
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
