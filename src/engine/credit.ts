/**
 * What an answer is worth: how many packets have got through for one that is known to have. A
 * target whose ports answer shows each loss by an answer that is missing; of one that is silent
 * only triggers tell. Either way what is lost by chance is part of the long-run ratio, so that a
 * rate measured with it is that of what was sent, until the path itself holds packets back.
 */

/** Share of first tries that must answer for their answers, and not the triggers, to be counted. */
const ANSWERING = 1 / 4;

/** What is kept of the counts each round: some sixteen rounds are remembered. */
const KEPT = 15 / 16;

/** Loss up to which it is taken for chance; from twice as much on it is a limit, not made up. */
const CHANCE_LOSS = 0.1;

/** Keeps the ratios. */
export class Credit {
  readonly #round: Counts = { answered: 0, silent: 0, triggersAnswered: 0, triggersLost: 0 };
  readonly #known: Counts = { ...this.#round };
  /** Worth of an answered first try, where answers are counted. */
  #ofAnswer = 1;
  /** Worth of a packet that a trigger vouches for. */
  #ofVouched = 1;
  #isAnswering = false;

  /** First tries have answered. */
  onAnswered(packets: number): void {
    this.#round.answered += packets;
  }

  /** First tries were passed over; negative: they have answered after all. */
  onSilent(packets: number): void {
    this.#round.silent += packets;
  }

  /** Triggers were answered and lost. */
  onTriggers(answered: number, lost: number): void {
    this.#round.triggersAnswered += answered;
    this.#round.triggersLost += lost;
  }

  /**
   * A round has ended.
   *
   * @param isClean False if a queue of ours stood: what was lost then was no chance.
   */
  onRound(isClean: boolean): void {
    const known = this.#known;
    const round = this.#round;
    for (const key of KEYS) {
      if (isClean) known[key] = KEPT * known[key] + round[key];
      round[key] = 0;
    }
    const triggers = known.triggersAnswered + known.triggersLost;
    const loss = triggers > 0 ? Math.max(0, known.triggersLost) / triggers : 0;
    const chance = Math.max(0, Math.min(loss, CHANCE_LOSS, 2 * CHANCE_LOSS - loss));
    this.#ofVouched = 1 / (1 - chance);
    const tries = known.answered + known.silent;
    // What would answer if nothing were lost.
    const share = tries > 0 ? Math.min(1, known.answered / tries / (1 - loss)) : 0;
    this.#isAnswering = share >= ANSWERING;
    this.#ofAnswer = this.#isAnswering ? this.#ofVouched / share : 1;
  }

  /** True if first tries that pass in silence are not counted, since most answer. */
  get isAnswering(): boolean {
    return this.#isAnswering;
  }

  /** Packets that have got through for one answered first try. */
  get ofAnswer(): number {
    return this.#isAnswering ? this.#ofAnswer : this.#ofVouched;
  }

  /** … for one packet of a batch whose trigger was answered. */
  get ofVouched(): number {
    return this.#ofVouched;
  }
}

/** What is counted. */
interface Counts {
  answered: number;
  silent: number;
  triggersAnswered: number;
  triggersLost: number;
}

const KEYS = ["answered", "silent", "triggersAnswered", "triggersLost"] as const;
