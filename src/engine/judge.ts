/**
 * Decides what a silence proves. Transmissions are judged in the order of sending: a probe is
 * silent when its own time is over and a later SYN-borne answer has been seen; a probe of an
 * uncertain batch proves nothing and is asked again. When a pass is over and no pair needs more
 * silences, the rest is concluded.
 */
import { type Micros, micros, NEVER, SECOND } from "units";
import { Fate } from "./flight.ts";
import { PortState, Reason } from "./port_state.ts";
import { ReplyClass } from "./outcomes.ts";
import type { FlowState } from "./state.ts";

/** Tries per pair, as a multiple of what `--max-retries` allows: uncertain ones count half. */
const UNCERTAIN_ALLOWANCE = 2;

/** How long every trigger that could prove a silence may be silent itself. */
const PROOF_PATIENCE = 15 * SECOND;

/** Judges silences and concludes the scan. */
export class Judge {
  readonly #state: FlowState;
  #graceUntil: Micros = micros(0);

  constructor(state: FlowState) {
    this.#state = state;
  }

  /** Our own loop stood still for `length`: silences wait as long. */
  onStall(length: Micros, now: Micros): void {
    this.#graceUntil = micros(now + length);
  }

  /** When time alone will judge or release something; what lacks a proof waits for answers. */
  nextDeadline(now: Micros): Micros {
    const { flight, rtt } = this.#state;
    if (flight.oldest >= flight.next) return NEVER;
    const judged = Math.max(flight.sentAt(flight.oldest) + rtt.patience, this.#graceUntil);
    if (judged > now) return micros(judged);
    return micros(Math.max(flight.oldestSentAt + rtt.patience, this.#graceUntil));
  }

  /** Judges all whose time is over. */
  handleTimeout(now: Micros): void {
    if (now < this.#graceUntil) return;
    const { flight } = this.#state;
    const { patience } = this.#state.rtt;
    // Their window slots are free even where a proof is missing: no answer takes that long.
    flight.releaseOverdue(patience, now);
    while (flight.oldest < flight.next) {
      const serial = flight.oldest;
      if (!this.#judge(serial, flight.sentAt(serial) + patience <= now)) break;
      flight.dropOldest();
    }
  }

  /**
   * True if SYNs, that have been answered, are answered no more, while something else may be: no
   * silence will ever be proven.
   */
  isProofGone(now: Micros): boolean {
    const state = this.#state;
    if (!state.hasShownTcp || now < this.#graceUntil || !state.triggers.areSynsSilent) return false;
    const newest = Math.max(
      state.provenAt[ReplyClass.SYN_ACK]!,
      state.provenAt[ReplyClass.RST]!,
    );
    return now >= newest + state.rtt.patience + PROOF_PATIENCE;
  }

  /**
   * @returns True if nothing is in flight and no pair waits: the pass is over.
   */
  isPassOver(): boolean {
    const { flight, ring } = this.#state;
    return ring.length === 0 && flight.oldest === flight.next;
  }

  /**
   * At the end of a pass: asks again where the silences do not suffice any more.
   *
   * @returns True if nothing is left to ask.
   */
  endPass(): boolean {
    const state = this.#state;
    const needed = state.silencesNeeded();
    if (needed !== state.silences) {
      state.silences = needed;
      const { losses, samples } = state.loss;
      state.events.push({ type: "retries", silences: needed, lossRate: losses / samples });
    }
    for (let left = state.resting.length; left > 0; left--) {
      const pair = state.resting.take();
      if (state.outcomes.isSettled(pair)) continue;
      if (this.#isAskedEnough(pair)) state.resting.give(pair);
      else state.ring.give(pair);
    }
    return state.ring.length === 0;
  }

  /** Calls the resting pairs what their silences prove. */
  conclude(): void {
    const { resting, outcomes } = this.#state;
    while (resting.length > 0) {
      const pair = resting.take();
      if (!outcomes.isSettled(pair)) this.#concludePair(pair);
    }
  }

  /** Puts a silent or uncertain pair where it belongs. */
  #giveBack(pair: number): void {
    const { outcomes, ring, resting } = this.#state;
    if (outcomes.isSettled(pair)) return;
    if (this.#isAskedEnough(pair)) resting.give(pair);
    else ring.give(pair);
  }

  #isAskedEnough(pair: number): boolean {
    const state = this.#state;
    const tries = state.outcomes.tries[pair]!;
    if (state.isBlind) return tries >= state.options.limits.minSilences;
    return state.silencesOf(pair) >= state.silences ||
      tries >= UNCERTAIN_ALLOWANCE * (state.options.limits.maxRetries + 1);
  }

  /** @returns False if it is too early. */
  #judge(serial: number, isDue: boolean): boolean {
    const { flight, outcomes } = this.#state;
    const fate = flight.fate(serial);
    if (flight.isTrigger(serial)) return this.#judgeTrigger(serial, isDue);
    const pair = flight.pair(serial);
    if (fate === Fate.ANSWERED) return true;
    if (outcomes.isSettled(pair)) {
      flight.close(serial, Fate.MOOT);
      return true;
    }
    return isDue && this.#judgeProbe(serial, pair, flight.sentAt(serial));
  }

  /** Candidates of the search are nobody's loss; all others are the loss detector's business. */
  #judgeTrigger(serial: number, isDue: boolean): boolean {
    const { flight } = this.#state;
    if (flight.fate(serial) !== Fate.OUTSTANDING) return true;
    if (!isCandidate(flight.trigger(serial)) || !isDue) return false;
    flight.close(serial, Fate.LOST);
    return true;
  }

  #judgeProbe(serial: number, pair: number, sentAt: Micros): boolean {
    const state = this.#state;
    const { flight, outcomes } = state;
    // A search concludes nothing from a silence but that the next question is due; what was asked
    // while packets were lost is asked again.
    if (state.isBlockSearch) {
      if (flight.isUncertain(serial) && state.mayAskAgain(pair)) state.ring.give(pair);
      return true;
    }
    if (!flight.isUncertain(serial) && !state.isBlind) {
      if (!state.isProvenSince(sentAt)) {
        if (state.triggersOutstanding === 0) state.proofWanted = true;
        return false;
      }
      outcomes.addSilence(
        pair,
        state.provenAt[ReplyClass.SYN_ACK]! > sentAt,
        state.provenAt[ReplyClass.RST]! > sentAt,
      );
    }
    this.#giveBack(pair);
    return true;
  }

  #concludePair(pair: number): void {
    const state = this.#state;
    const { outcomes } = state;
    const needed = state.silences;
    const reason = outcomes.reason[pair] === Reason.NONE
      ? Reason.NO_RESPONSE
      : outcomes.reason[pair] as Reason;
    if (!state.isBlind && state.silencesOf(pair) >= needed) {
      outcomes.settle(pair, PortState.FILTERED, reason, outcomes.ttl[pair]!);
      state.concluded++;
    } else if (!state.loss.classesAgree && outcomes.silencesAgainstOpen(pair) >= needed) {
      outcomes.settle(pair, PortState.CLOSED_FILTERED, reason, 0);
      state.concluded++;
    } else {
      outcomes.reason[pair] = reason;
    }
  }
}

/** Numbers from here on are candidates of the search, not entries of the trigger set. */
export const FIRST_CANDIDATE = 1 << 20;

/** True for the number of a search candidate. */
export function isCandidate(trigger: number): boolean {
  return trigger >= FIRST_CANDIDATE;
}
