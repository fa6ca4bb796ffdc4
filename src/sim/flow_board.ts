/**
 * What the sender of other people's TCP knows of each segment: in flight, delivered, lost. Losses
 * are found as TCP does today, by what was sent later and has arrived (SACK, RFC 6675; in the order
 * of transmissions, as RACK, RFC 8985).
 */
import type { Micros } from "units";
import { RECEIVE_WINDOW } from "./flow_receiver.ts";
import type { RttEstimate } from "./rtt_estimate.ts";
import { TransmissionLog } from "./transmission_log.ts";

/** Later transmissions that have to arrive before an earlier one is lost (RFC 5681). */
const REORDERING = 3;

/** What is known of a segment. */
const UNSENT = 0;
const IN_FLIGHT = 1;
const DELIVERED = 2;
const LOST = 3;

const MASK = RECEIVE_WINDOW - 1;

/** See the file's comment. */
export class FlowBoard {
  /** The first segment that is not acknowledged, and the first that was never sent. */
  first = 0;
  next = 0;
  inFlight = 0;
  /** Segments that wait to be sent again. */
  lost = 0;
  readonly #rtt: RttEstimate;
  readonly #state = new Uint8Array(RECEIVE_WINDOW);
  /** Order of the last transmission of each segment, and when it was. */
  readonly #order = new Float64Array(RECEIVE_WINDOW);
  readonly #sentAt = new Float64Array(RECEIVE_WINDOW);
  readonly #isRepeated = new Uint8Array(RECEIVE_WINDOW);
  readonly #log = new TransmissionLog(REORDERING);
  /** No segment below this one is lost. */
  #lostFrom = 0;
  /** What left before this order belongs to the reduction made last. */
  #roundFrom = 0;

  /** @param rtt Gets the samples. */
  constructor(rtt: RttEstimate) {
    this.#rtt = rtt;
  }

  /** True once something that left after {@linkcode beginRound} has arrived. */
  get isRoundOver(): boolean {
    return this.#log.lastArrived >= this.#roundFrom;
  }

  /** A reduction is made: losses of what is in flight now will not cause another. */
  beginRound(): void {
    this.#roundFrom = this.#log.nextOrder;
  }

  /** True if the receive window has room for another new segment. */
  get hasRoom(): boolean {
    return this.next < this.first + RECEIVE_WINDOW;
  }

  /** Notes that the next segment leaves, a lost one before a new one; returns it. */
  transmit(now: Micros): number {
    const isAgain = this.lost > 0;
    const segment = isAgain ? this.#takeLost() : this.next++;
    const place = segment & MASK;
    this.#isRepeated[place] = Number(isAgain);
    this.#state[place] = IN_FLIGHT;
    this.#sentAt[place] = now;
    this.#order[place] = this.#log.add(segment);
    this.inFlight++;
    return segment;
  }

  /** All segments below `end` have arrived; returns how many of them that is news of. */
  acknowledge(end: number, now: Micros): number {
    let news = 0;
    for (; this.first < Math.min(end, this.next); this.first++) {
      news += this.#deliver(this.first, now);
      this.#state[this.first & MASK] = UNSENT;
    }
    return news;
  }

  /** The segments from `from` to before `end` have arrived; returns the number of news. */
  deliver(from: number, end: number, now: Micros): number {
    let news = 0;
    const last = Math.min(end, this.next);
    for (let segment = Math.max(from, this.first); segment < last; segment++) {
      news += this.#deliver(segment, now);
    }
    return news;
  }

  /**
   * Finds what is lost by now.
   *
   * @returns True if some of it left after the last reduction.
   */
  findLosses(): boolean {
    let isNew = false;
    for (;;) {
      const segment = this.#log.nextSuspect();
      if (segment < 0) return isNew;
      const place = segment & MASK;
      const order = this.#log.suspectOrder;
      const isCurrent = segment >= this.first && this.#order[place] === order;
      if (!isCurrent || this.#state[place] !== IN_FLIGHT) continue;
      this.#lose(segment);
      if (order >= this.#roundFrom) isNew = true;
    }
  }

  /** Takes everything in flight for lost. */
  loseAll(): void {
    for (let segment = this.first; segment < this.next; segment++) {
      if (this.#state[segment & MASK] === IN_FLIGHT) this.#lose(segment);
    }
  }

  /** @returns 1 if it was not known that the segment has arrived. */
  #deliver(segment: number, now: Micros): number {
    const place = segment & MASK;
    const state = this.#state[place]!;
    if (state === DELIVERED || state === UNSENT) return 0;
    if (state === IN_FLIGHT) this.inFlight--;
    else this.lost--;
    this.#state[place] = DELIVERED;
    this.#log.noteArrival(this.#order[place]!);
    // An answer to something sent twice is ambiguous (Karn).
    if (this.#isRepeated[place] === 0) this.#rtt.add(now - this.#sentAt[place]!);
    return 1;
  }

  #lose(segment: number): void {
    this.#state[segment & MASK] = LOST;
    this.inFlight--;
    this.#lostFrom = this.lost === 0 ? segment : Math.min(this.#lostFrom, segment);
    this.lost++;
  }

  #takeLost(): number {
    let segment = Math.max(this.#lostFrom, this.first);
    while (this.#state[segment & MASK] !== LOST) segment++;
    this.#lostFrom = segment;
    this.lost--;
    return segment;
  }
}
