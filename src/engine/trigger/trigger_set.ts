/**
 * The triggers of a flow: which one goes next. The best kind alive is the clock; one in sixteen is
 * another kind, so that a dying class of answers is noticed. Knows nothing of windows or time-outs.
 */
import { type Micros, micros, MILLISECOND, NEVER } from "units";
import { Kind } from "../kind.ts";
import { ReplyClass } from "../outcomes.ts";
import {
  MAX_HALF_OPEN,
  OPEN_BURST,
  OPEN_INTERVAL,
  RANK_COUNT,
  rankOf,
  type Trigger,
} from "./trigger.ts";

/** Triggers kept per flow; more of them would measure nothing new. */
const MAX_TRIGGERS = 40;

/** Triggers kept per rank, so that one kind does not crowd out the others. */
const MAX_PER_RANK = 10;

/** One trigger in so many is of another kind than the clock. */
const SAMPLE_EVERY = 16;

/** Losses in a row below which no trigger is dropped. */
const LEAST_ROW = 4;

/**
 * Chance at which a row of losses is taken for no accident, by the losses of the others in the same
 * time: with none among 3 answers four in a row are enough, at 50 % loss it takes ten.
 */
const ACCIDENT = 1e-3;

/** Least time between two tries of triggers that were given up. */
const RETRY_SPACING = 200 * MILLISECOND;

/** Chooses triggers. Numbers of triggers are stable: dead ones keep theirs. */
export class TriggerSet {
  readonly #triggers: Trigger[] = [];
  readonly #aliveByRank = new Uint8Array(RANK_COUNT);
  #alive = 0;
  #turn = 0;
  #avoid = -1;
  #answered = 0;
  #lost = 0;

  /** Triggers that are not dead. */
  get alive(): number {
    return this.#alive;
  }

  /** True if a SYN trigger that draws answers of a class is alive. */
  hasAlive(replyClass: ReplyClass): boolean {
    return this.#triggers.some((trigger) =>
      !trigger.dead && trigger.kind === Kind.SYN && trigger.replyClass === replyClass
    );
  }

  /** True if every SYN trigger has been lost several times in a row. */
  get areSynsSilent(): boolean {
    return this.#triggers.every(({ kind, lostInRow }) =>
      kind !== Kind.SYN || lostInRow >= LEAST_ROW
    );
  }

  /**
   * Number of the SYN trigger, given up, that has waited longest: one that was only unlucky comes
   * back. −1 if there is none.
   */
  chooseRetired(): number {
    let chosen = -1;
    for (let number = 0; number < this.#triggers.length; number++) {
      const { dead, kind, lastSent } = this.#triggers[number]!;
      if (!dead || kind !== Kind.SYN) continue;
      if (chosen < 0 || lastSent < this.#triggers[chosen]!.lastSent) chosen = number;
    }
    return chosen;
  }

  /** When {@linkcode chooseRetired} may be followed at the earliest. */
  nextRetired(): Micros {
    let newest = -Infinity;
    for (const { dead, kind, lastSent } of this.#triggers) {
      if (dead && kind === Kind.SYN && lastSent > newest) newest = lastSent;
    }
    return micros(newest + RETRY_SPACING);
  }

  /** True if two may be sent now, for the two ends of a train. */
  mayTrain(now: Micros): boolean {
    let ready = 0;
    for (const trigger of this.#triggers) {
      if (!mayBeSent(trigger, now)) continue;
      if (trigger.replyClass !== ReplyClass.SYN_ACK) return true;
      const room = trigger.busyUntil <= now ? OPEN_BURST : 1;
      ready += Math.min(room, MAX_HALF_OPEN - trigger.outstanding);
      if (ready >= 2) return true;
    }
    return false;
  }

  /** The trigger with a given number. */
  get(number: number): Trigger {
    return this.#triggers[number]!;
  }

  /** Number of the trigger, or −1. */
  find(kind: Kind, target: number, port: number): number {
    return this.#triggers.findIndex((t) =>
      t.kind === kind && t.target === target && t.port === port
    );
  }

  /**
   * Takes in what has answered; known ones come back to life.
   *
   * @returns True if it is new.
   */
  add(kind: Kind, target: number, port: number, replyClass: ReplyClass): boolean {
    const rank = rankOf(kind, port, replyClass);
    if (this.#isFull(rank)) return false;
    const known = this.find(kind, target, port);
    if (known >= 0) {
      this.onAnswered(known);
      return false;
    }
    this.#alive++;
    this.#aliveByRank[rank]!++;
    this.#triggers.push({
      kind,
      target,
      port,
      replyClass,
      rank,
      outstanding: 0,
      lostInRow: 0,
      rowStart: { answered: 0, lost: 0 },
      lastSent: micros(-Infinity),
      busyUntil: micros(-Infinity),
      dead: false,
    });
    return true;
  }

  /**
   * Number of the trigger to send now, or −1 if none may be sent (half-open limits).
   *
   * @param wanted The class of answers that is needed, where one does not do for the other.
   */
  choose(now: Micros, wanted?: ReplyClass): number {
    this.#turn++;
    const special = wanted === undefined ? -1 : this.#oldestOfClass(now, wanted);
    if (special >= 0) return special;
    const sampled = this.#turn % SAMPLE_EVERY === 0;
    const clock = this.#bestRank(now);
    if (clock < 0) return -1;
    if (sampled) {
      const other = this.#oldestSent(now, clock, false);
      if (other >= 0) return other;
    }
    return this.#oldestSent(now, clock, true);
  }

  /**
   * Number of the trigger that has failed least, of these the one that has waited longest: while
   * nothing answers, every kind is tried in turn, at last also those that were given up. −1 if all
   * have been sent a moment ago.
   */
  chooseAny(now: Micros): number {
    let chosen = -1;
    for (let number = 0; number < this.#triggers.length; number++) {
      if (isTooSoon(this.#triggers[number]!, now)) continue;
      const { lostInRow, lastSent } = this.#triggers[number]!;
      const best = chosen < 0 ? undefined : this.#triggers[chosen]!;
      const isBetter = best === undefined || lostInRow < best.lostInRow ||
        (lostInRow === best.lostInRow && lastSent < best.lastSent);
      if (isBetter) chosen = number;
    }
    return chosen;
  }

  /** When a trigger may be sent at the earliest; NEVER while all wait for their answers. */
  nextChoice(now: Micros): Micros {
    let earliest: number = NEVER;
    for (const trigger of this.#triggers) {
      if (trigger.dead) continue;
      if (mayBeSent(trigger, now)) return now;
      if (trigger.outstanding >= MAX_HALF_OPEN) continue;
      earliest = Math.min(earliest, freeAt(trigger));
    }
    return micros(earliest);
  }

  /** True if the trigger is alive and its turn has come. */
  mayBeSent(number: number, now: Micros): boolean {
    return mayBeSent(this.#triggers[number]!, now);
  }

  /** A trigger is sent. */
  onSent(number: number, now: Micros): void {
    const trigger = this.#triggers[number]!;
    trigger.outstanding++;
    trigger.lastSent = now;
    trigger.busyUntil = micros(Math.max(trigger.busyUntil, now) + OPEN_INTERVAL);
  }

  /** A trigger was answered. */
  onAnswered(number: number): void {
    const trigger = this.#triggers[number]!;
    this.#answered++;
    trigger.lostInRow = 0;
    if (this.#avoid === number) this.#avoid = -1;
    if (!trigger.dead) return;
    trigger.dead = false;
    this.#alive++;
    this.#aliveByRank[trigger.rank]!++;
  }

  /** A trigger is given up; an answer brings it back. */
  drop(number: number): void {
    const trigger = this.#triggers[number]!;
    if (trigger.dead) return;
    trigger.dead = true;
    this.#alive--;
    this.#aliveByRank[trigger.rank]!--;
  }

  /** A trigger was lost: others are asked first, to tell its death from a loss. */
  onLost(number: number): void {
    const trigger = this.#triggers[number]!;
    if (trigger.lostInRow === 0) {
      trigger.rowStart.answered = this.#answered;
      trigger.rowStart.lost = this.#lost;
    }
    this.#lost++;
    trigger.lostInRow++;
    this.#avoid = number;
  }

  /** True if a trigger has been silent while others went on: it has died, that is no congestion. */
  hasDied(number: number): boolean {
    const { dead, lostInRow, rowStart } = this.#triggers[number]!;
    if (dead || lostInRow < LEAST_ROW || this.#alive < 2) return false;
    const answered = this.#answered - rowStart.answered;
    const lost = this.#lost - rowStart.lost - lostInRow;
    return ((lost + 0.5) / (answered + lost + 1)) ** lostInRow < ACCIDENT;
  }

  #isFull(rank: number): boolean {
    return this.#triggers.length >= 4 * MAX_TRIGGERS || this.#alive >= MAX_TRIGGERS ||
      this.#aliveByRank[rank]! >= MAX_PER_RANK;
  }

  /** Of the SYN triggers that draw a class of answers: which waited longest. */
  #oldestOfClass(now: Micros, wanted: ReplyClass): number {
    let chosen = -1;
    for (let number = 0; number < this.#triggers.length; number++) {
      const trigger = this.#triggers[number]!;
      if (trigger.kind !== Kind.SYN || trigger.replyClass !== wanted) continue;
      if (!mayBeSent(trigger, now)) continue;
      if (chosen < 0 || trigger.lastSent < this.#triggers[chosen]!.lastSent) chosen = number;
    }
    return chosen;
  }

  #bestRank(now: Micros): number {
    let best = -1;
    // By number: an iterator per trigger sent would be garbage.
    for (let number = 0; number < this.#triggers.length; number++) {
      const trigger = this.#triggers[number]!;
      if (mayBeSent(trigger, now) && (best < 0 || trigger.rank < best)) best = trigger.rank;
    }
    return best;
  }

  /** Of the triggers that have the rank, or of those that have another: which waited longest. */
  #oldestSent(now: Micros, rank: number, hasRank: boolean): number {
    let chosen = -1;
    let since = Infinity;
    for (let number = 0; number < this.#triggers.length; number++) {
      const trigger = this.#triggers[number]!;
      if ((trigger.rank === rank) !== hasRank || !mayBeSent(trigger, now)) continue;
      // The one that was just lost waits for all others.
      const age = number === this.#avoid ? 1e15 : trigger.lastSent;
      if (age < since || chosen < 0) {
        chosen = number;
        since = age;
      }
    }
    return chosen;
  }
}

function mayBeSent(trigger: Trigger, now: Micros): boolean {
  if (trigger.dead || isTooSoon(trigger, now)) return false;
  return trigger.replyClass !== ReplyClass.SYN_ACK || trigger.outstanding < MAX_HALF_OPEN;
}

/** True if an open port was asked so short a time ago that asking again would be a flood. */
function isTooSoon(trigger: Trigger, now: Micros): boolean {
  return trigger.replyClass === ReplyClass.SYN_ACK && now < freeAt(trigger);
}

/** When an open port may be asked again. */
function freeAt({ busyUntil }: Trigger): number {
  return busyUntil - (OPEN_BURST - 1) * OPEN_INTERVAL;
}
