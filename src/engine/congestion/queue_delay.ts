/**
 * How long packets wait in a queue that is ours. The smallest delay of a round is that of the queue
 * that never emptied in it; the smallest of the last rounds is what others keep there, or a longer
 * way, and not ours to drain.
 */
import { SECOND } from "units";

/** Rounds of which the smallest delay is taken for that of others. */
const ROUNDS = 16;

/** Samples of which the smallest is the delay of now: trains of ours delay their last packets. */
const RECENT = 8;

/**
 * Delay below which a queue cannot be told from chance: what scheduling and time stamps add, a
 * share of the round trip, some packets that were served just before, a multiple of what the
 * smallest delay changes by from round to round (radio links).
 */
const NOISE = { micros: 50, share: 1 / 256, packets: 2, changes: 2 } as const;

/** Weight of a round in the mean change. */
const CHANGE_GAIN = 1 / 16;

/** What is kept each round of the size of queues that others have filled: some four seconds. */
const FOREIGN_KEPT = 63 / 64;

/** See the file's comment. */
export class QueueDelay {
  readonly #rounds = new Float64Array(ROUNDS).fill(Infinity);
  #nextRound = 0;
  readonly #recent = new Float64Array(RECENT);
  #nextRecent = 0;
  #least = Infinity;
  #last = 0;
  #change = 0;
  #others = 0;
  /** How large a queue was that turned out to be others': theirs come and go by as much, µs. */
  #foreign = 0;
  /** Of the round that ended last, µs: what stood in a queue beyond what others keep there. */
  own = 0;

  /** A round trip was so much longer than the smallest of its kind, µs. */
  sample(delay: number): void {
    this.#recent[this.#nextRecent] = delay;
    this.#nextRecent = (this.#nextRecent + 1) % RECENT;
    if (delay < this.#least) this.#least = delay;
  }

  /**
   * A round has ended.
   *
   * @param isSteady True if the rate was the same for a while: then changes are not our doing.
   */
  onRound(isSteady: boolean): void {
    if (this.#least === Infinity) return;
    const change = Math.abs(this.#least - this.#last);
    if (isSteady) this.#change += (change - this.#change) * CHANGE_GAIN;
    this.#last = this.#least;
    this.#rounds[this.#nextRound] = this.#least;
    this.#nextRound = (this.#nextRound + 1) % ROUNDS;
    this.#foreign *= FOREIGN_KEPT;
    this.#others = Infinity;
    for (let i = 0; i < ROUNDS; i++) this.#others = Math.min(this.#others, this.#rounds[i]!);
    this.own = this.#least - this.#others;
    this.#least = Infinity;
  }

  /** What stands in the queue has turned out not to be ours. */
  disown(): void {
    this.#foreign = Math.max(this.#foreign, this.own);
    this.#rounds.fill(this.#last);
    this.#others = this.#last;
    this.own = 0;
  }

  /** The queue of ours as of the last answers, µs. */
  get now(): number {
    let least = Infinity;
    for (let i = 0; i < RECENT; i++) least = Math.min(least, this.#recent[i]!);
    return Math.max(0, least - this.#others);
  }

  /** What others keep in queues, µs. */
  get others(): number {
    return this.#others;
  }

  /** How much the smallest delay changes from round to round, µs. */
  get change(): number {
    return this.#change;
  }

  /** Delay that is none, µs, on a path of this round trip that carries `rate` packets a second. */
  noise(roundTrip: number, rate: number): number {
    return Math.max(this.#chance(roundTrip, rate), this.#foreign);
  }

  /** True if others fill queues, so that one of ours would not be seen. */
  isForeign(roundTrip: number, rate: number): boolean {
    return this.#foreign > this.#chance(roundTrip, rate);
  }

  #chance(roundTrip: number, rate: number): number {
    const served = rate > 0 ? (NOISE.packets * SECOND) / rate : 0;
    const steady = Math.max(NOISE.micros, NOISE.share * roundTrip, served);
    return Math.max(steady, Math.min(NOISE.changes * this.#change, roundTrip));
  }
}
