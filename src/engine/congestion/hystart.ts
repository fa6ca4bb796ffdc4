/**
 * The end of slow start by delay, before anything is lost (HyStart++, RFC 9406): when a round's
 * smallest RTT has risen, growth slows to a quarter; if it stays high for some rounds, slow start
 * is over, if it falls again, the rise was a disturbance. Counts rounds as its caller does.
 */
import type { Ack } from "./controller.ts";

/**
 * RFC 9406, 4.3: MIN_RTT_THRESH is 4 ms and MIN_RTT_DIVISOR 8 there, for stamps blurred by timers
 * and delayed acknowledgments. Ours are the kernel's, and nothing delays an answer: a queue of 40
 * packets at 8 Mbit/s, 3.4 ms on 60, has to be seen before it is full.
 */
const THRESHOLD = { least: 1_000, divisor: 32, most: 16_000 } as const;

/** Samples that a round needs (N_RTT_SAMPLE). */
const SAMPLES = 8;

/** Share of slow start's growth while in doubt (CSS_GROWTH_DIVISOR 4). */
const DOUBTFUL_GROWTH = 1 / 4;

/** Rounds of doubt after which slow start ends (CSS_ROUNDS). */
const DOUBTFUL_ROUNDS = 5;

/** See the file's comment. */
export class HyStart {
  #lastRoundMin = Infinity;
  #roundMin = Infinity;
  #samples = 0;
  /** Smallest RTT of the round before doubt began; Infinity: no doubt. */
  #baseline = Infinity;
  #doubtfulRounds = 0;

  /**
   * Takes an answer of slow start in.
   *
   * @returns Share of the usual growth that it may bring; 0: slow start is over.
   */
  growth(ack: Ack): number {
    if (ack.isRoundStart) this.#beginRound();
    if (this.#doubtfulRounds > DOUBTFUL_ROUNDS) return 0;
    if (!Number.isNaN(ack.delay)) {
      // The queueing delay, so that kinds and targets with different round trips compare.
      this.#roundMin = Math.min(this.#roundMin, ack.delay);
      this.#samples++;
      if (this.#samples >= SAMPLES) this.#judge(ack.minRtt);
    }
    return this.#doubtfulRounds > 0 ? DOUBTFUL_GROWTH : 1;
  }

  #beginRound(): void {
    if (this.#doubtfulRounds > 0) this.#doubtfulRounds++;
    this.#lastRoundMin = this.#roundMin;
    this.#roundMin = Infinity;
    this.#samples = 0;
  }

  #judge(minRtt: number): void {
    if (this.#doubtfulRounds > 0) {
      if (this.#roundMin >= this.#baseline) return;
      this.#doubtfulRounds = 0;
      return;
    }
    const { least, divisor, most } = THRESHOLD;
    const threshold = Math.min(most, Math.max(least, minRtt / divisor));
    if (this.#roundMin < this.#lastRoundMin + threshold) return;
    this.#baseline = this.#roundMin;
    this.#doubtfulRounds = 1;
  }
}
