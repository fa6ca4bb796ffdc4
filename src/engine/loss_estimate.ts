/**
 * What the losses seen so far say about the ones that were not seen. The loss probability p gets
 * Jeffreys' prior, Beta(½, ½); after n samples of which l were lost, the chance that k independent
 * tries are all lost is E[p^k] = ∏ (l + ½ + i) / (n + 1 + i), i < k.
 */
import { ReplyClass } from "./outcomes.ts";

/** Samples per class before two classes are compared. */
const COMPARABLE = 8;

/**
 * Standard deviations by which one class must lose more before it counts as limited. The classes
 * are compared at every loss: with 3, one scan in forty at 10 % loss saw a limit where none was.
 */
const SIGNIFICANT = 4;

/**
 * Counts samples and losses per reply class: of triggers, and of the tries of pairs that answered.
 * A pair whose only try was lost never answers, so the tries of pairs show no loss at all where
 * one try has to do; then the triggers alone are believed.
 */
export class LossEstimate {
  /** By reply class; of triggers and tries. */
  readonly #samples = new Float64Array(3);
  readonly #losses = new Float64Array(3);
  /** By reply class; of triggers alone. */
  readonly #triggers = new Float64Array(3);
  readonly #triggersLost = new Float64Array(3);
  /** Whether the classes agree, as of the last loss; answers alone do not part them. */
  #agree = true;

  /** One trigger of a class was answered. */
  addAnswered(replyClass: ReplyClass): void {
    this.#samples[replyClass]!++;
    this.#triggers[replyClass]!++;
  }

  /** One trigger of a class was lost. */
  addLost(replyClass: ReplyClass): void {
    this.#triggers[replyClass]!++;
    this.#triggersLost[replyClass]!++;
    this.#samples[replyClass]!++;
    this.#losses[replyClass]!++;
    this.#agree = this.#compareClasses();
  }

  /** Losses of triggers that were none: late answers, or a trigger that had died. */
  removeLost(replyClass: ReplyClass, count = 1): void {
    const removed = Math.min(count, this.#triggersLost[replyClass]!);
    this.#triggers[replyClass]! -= removed;
    this.#triggersLost[replyClass]! -= removed;
    this.#samples[replyClass]! -= removed;
    this.#losses[replyClass]! -= removed;
    this.#agree = this.#compareClasses();
  }

  /** A pair has answered, after so many lost tries. */
  addPair(replyClass: ReplyClass, lost: number): void {
    this.#samples[replyClass]! += lost + 1;
    if (lost === 0) return;
    this.#losses[replyClass]! += lost;
    this.#agree = this.#compareClasses();
  }

  /** A try that was counted as lost has answered after all, later than the one after it. */
  redeemTry(replyClass: ReplyClass): void {
    if (this.#losses[replyClass] === this.#triggersLost[replyClass]) return;
    this.#losses[replyClass]!--;
    this.#agree = this.#compareClasses();
  }

  /** Chance that a row of triggers is lost, by class, if they fare as all the others did. */
  chanceOfRow(row: readonly number[]): number {
    let lost = 0.5;
    let all = 1;
    let length = 0;
    row.forEach((count, replyClass) => {
      lost += this.#triggersLost[replyClass]! - count;
      all += this.#triggers[replyClass]! - count;
      length += count;
    });
    return (lost / all) ** length;
  }

  /** Samples of SYN-borne classes. */
  get samples(): number {
    return sumOfTcp(this.#samples);
  }

  /** Losses of SYN-borne classes. */
  get losses(): number {
    return sumOfTcp(this.#losses);
  }

  /** Samples of the fallback classes: echo and the like. */
  get fallbackSamples(): number {
    return this.#samples[ReplyClass.OTHER]!;
  }

  /** Losses of the fallback classes. */
  get fallbackLosses(): number {
    return this.#losses[ReplyClass.OTHER]!;
  }

  /**
   * True while SYN-ACKs and RSTs are lost equally often, so that one proves the other alive. A
   * limit on RSTs alone shows as a difference.
   */
  get classesAgree(): boolean {
    return this.#agree;
  }

  #compareClasses(): boolean {
    const n1 = this.#samples[ReplyClass.SYN_ACK]!;
    const n2 = this.#samples[ReplyClass.RST]!;
    if (n1 < COMPARABLE || n2 < COMPARABLE) return true;
    const p = this.losses / this.samples;
    const difference = this.#losses[ReplyClass.RST]! / n2 - this.#losses[ReplyClass.SYN_ACK]! / n1;
    const deviation = Math.sqrt((p * (1 - p) + 1 / this.samples) * (1 / n1 + 1 / n2));
    return Math.abs(difference) <= SIGNIFICANT * deviation;
  }

  /** Probability that `tries` independent tries of an answering pair are all lost. */
  allLost(tries: number): number {
    const isOne = tries === 1;
    const losses = sumOfTcp(isOne ? this.#triggersLost : this.#losses);
    const samples = sumOfTcp(isOne ? this.#triggers : this.#samples);
    let product = 1;
    for (let i = 0; i < tries; i++) product *= (losses + 0.5 + i) / (samples + 1 + i);
    return product;
  }

  /**
   * Expected number of pairs that would answer and are yet called filtered, if `tries` silences
   * are enough: (R + 1) × E[p^k].
   */
  expectedErrors(answered: number, tries: number): number {
    return (answered + 1) * this.allLost(tries);
  }

  /** Smallest number of silences that keeps the expected errors at or below `accepted`. */
  silencesNeeded(
    answered: number,
    bounds: { accepted: number; least: number; most: number },
  ): number {
    let tries = bounds.least;
    while (tries < bounds.most && this.expectedErrors(answered, tries) > bounds.accepted) tries++;
    return tries;
  }
}

/** Sum over the classes that SYNs draw. */
function sumOfTcp(counts: Float64Array): number {
  return counts[ReplyClass.SYN_ACK]! + counts[ReplyClass.RST]!;
}
