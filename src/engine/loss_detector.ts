/**
 * Finds lost triggers and tells the controller. A trigger is lost when one sent later has been
 * answered and the reordering window has passed, or three later ones have (RACK, RFC 8985, in
 * spirit); or when its time-out has passed (RFC 6298). One reduction per round trip; an answer that
 * comes after all undoes it (Eifel, RFC 4015) and widens the window.
 */
import { type Micros, micros, MILLISECOND, NEVER } from "units";
import { Fate } from "./flight.ts";
import { type FlowState, STALL_TRAIN } from "./state.ts";

/** Triggers outstanding at once, at most; the sender stops there. */
export const MAX_TRIGGERS_OUTSTANDING = 4_096;

/** Later answers that make a loss before the reordering window has passed (RFC 5681: 3). */
const DUPLICATE_THRESHOLD = 3;

/** Share of the smoothed round trip that answers may be out of order (RFC 8985: ¼). */
const REORDERING = 1 / 4;

/** Largest time-out after backoff. */
const MAX_BACKOFF = 500 * MILLISECOND;

/** Longest loss burst that spaces the tries of a pair; what is longer is a stall, not a burst. */
const MAX_BURST_SPACING = 1_000 * MILLISECOND;

/** Chance above which triggers that are lost in a row are no sign of congestion. */
const ACCIDENT = 1e-3;

/** Share of the window that must be in flight for a loss to be of our making. */
const OWN_LOSS = 1 / 4;

/** Watches the triggers in flight. */
export class LossDetector {
  readonly #state: FlowState;
  /** Serials of triggers sent and not settled, oldest first, and later answers seen for each. */
  readonly #serials = new Uint32Array(MAX_TRIGGERS_OUTSTANDING);
  readonly #later = new Uint8Array(MAX_TRIGGERS_OUTSTANDING);
  #head = 0;
  #count = 0;
  #newestAnswered = -1;
  /** Losses up to this serial belong to the reduction that was made already. */
  #recoveryPoint = -1;
  /** Triggers lost since then that have not answered after all. */
  #episodeLosses = 0;
  #reordering = REORDERING;
  #reorderingSeen = false;
  #backoff = 0;
  /** Triggers lost since the last answer of anything. */
  #lostInRow = 0;
  /** No time-out before this: our own loop stood still. */
  #graceUntil: Micros = micros(0);
  /** Triggers are numbered in the order of sending, to see whether losses are consecutive. */
  readonly #ordinals = new Uint32Array(MAX_TRIGGERS_OUTSTANDING);
  #ordinal = 0;
  #lastLostOrdinal = -2;
  #burstStart: Micros = micros(0);

  constructor(state: FlowState) {
    this.#state = state;
  }

  /** A trigger has left. */
  onSent(serial: number): void {
    const at = (this.#head + this.#count++) % MAX_TRIGGERS_OUTSTANDING;
    this.#serials[at] = serial;
    this.#later[at] = 0;
    this.#ordinals[at] = this.#ordinal++;
    this.#state.triggersOutstanding = this.#count;
  }

  /** A transmission, probe or trigger, was answered for the first time. */
  onAnswered(serial: number, now: Micros): void {
    this.#backoff = 0;
    this.#lostInRow = 0;
    if (serial > this.#newestAnswered) this.#newestAnswered = serial;
    this.#dropSettled();
    for (let i = 0; i < this.#count; i++) {
      const at = (this.#head + i) % MAX_TRIGGERS_OUTSTANDING;
      if (this.#serials[at]! >= serial) break;
      if (this.#state.flight.fate(this.#serials[at]!) !== Fate.OUTSTANDING) continue;
      if (this.#later[at]! < 255) this.#later[at]!++;
    }
    this.#findLost(now);
  }

  /** A trigger that was declared lost has answered: the reduction was wrong. */
  onLateAnswer(serial: number, now: Micros): void {
    this.#state.counters.late++;
    this.#reorderingSeen = true;
    this.#reordering = Math.min(1, this.#reordering + REORDERING);
    if (serial > this.#recoveryPoint || this.#episodeLosses === 0) return;
    // As in Linux's undo by DSACK: only when no loss of the episode is left.
    if (--this.#episodeLosses > 0) return;
    this.#state.controller.onUndo(now);
    this.#state.reduction.end();
    this.#state.counters.undone++;
  }

  /** Our own loop stood still for `length`: time-outs wait as long. */
  onStall(length: Micros, now: Micros): void {
    this.#graceUntil = micros(now + length);
  }

  /** When something may have to be declared lost. */
  nextDeadline(): Micros {
    this.#dropSettled();
    if (this.#count === 0) return NEVER;
    const serial = this.#serials[this.#head]!;
    const { flight } = this.#state;
    const deadline = serial < this.#newestAnswered
      ? this.#timeReordered(serial)
      : flight.sentAt(serial) + this.#timeout();
    return micros(Math.max(deadline, this.#graceUntil));
  }

  /** Declares lost what is overdue. Call it only after a drain that emptied the capture. */
  handleTimeout(now: Micros): void {
    this.#dropSettled();
    this.#findLost(now);
    this.#dropSettled();
    if (this.#count === 0 || now < this.#graceUntil) return;
    const oldest = this.#serials[this.#head]!;
    // While later ones are answered, the flow is not silent: that was a loss of its own.
    if (oldest < this.#newestAnswered) return;
    if (now < this.#state.flight.sentAt(oldest) + this.#timeout()) return;
    this.#timeOut(oldest, now);
  }

  #timeout(): Micros {
    const rto = this.#state.rtt.patience;
    return micros(Math.min(Math.max(rto, MAX_BACKOFF), rto * 2 ** this.#backoff));
  }

  #timeReordered(serial: number): number {
    const { flight, rtt, space } = this.#state;
    if (space.targetCount > 1) return flight.sentAt(serial) + this.#waitForHost(serial);
    const srtt = Number.isNaN(rtt.srtt) ? 0 : rtt.srtt;
    const window = Math.max(MILLISECOND, this.#reordering * srtt);
    const wait = Math.max(srtt, rtt.latest || 0) + window;
    return flight.sentAt(serial) + Math.min(wait, this.#timeout());
  }

  /**
   * Hosts of a wide flow are at different distances, so that the order of answers says nothing: a
   * trigger is due after its own host's round trip and the queues that all of them share.
   */
  #waitForHost(serial: number): number {
    const { flight, triggers, baseRtts } = this.#state;
    const { kind, target } = triggers.get(flight.trigger(serial));
    const base = baseRtts.of(kind, target);
    const window = Math.max(MILLISECOND, this.#reordering * base);
    return Math.min(base + baseRtts.latestDelay + window, this.#timeout());
  }

  #findLost(now: Micros): void {
    for (let i = 0; i < this.#count; i++) {
      const at = (this.#head + i) % MAX_TRIGGERS_OUTSTANDING;
      const serial = this.#serials[at]!;
      if (serial >= this.#newestAnswered) break;
      if (this.#state.flight.fate(serial) !== Fate.OUTSTANDING) continue;
      const isOrdered = !this.#reorderingSeen && this.#state.space.targetCount === 1;
      const byCount = isOrdered && this.#later[at]! >= DUPLICATE_THRESHOLD;
      if (byCount || now >= this.#timeReordered(serial)) this.#lose(at, now);
    }
  }

  #lose(at: number, now: Micros): void {
    const { flight, controller, counters, reduction } = this.#state;
    const serial = this.#serials[at]!;
    const inFlight = flight.outstanding;
    this.#writeOff(at);
    this.#dropIfDead(at);
    this.#state.pacer.onLoss();
    this.#episodeLosses++;
    if (serial <= this.#recoveryPoint) return;
    this.#episodeLosses = 1;
    this.#recoveryPoint = flight.next - 1;
    if (inFlight >= controller.cwnd * OWN_LOSS) {
      controller.onLoss(now, inFlight);
      reduction.begin(inFlight, controller.cwnd);
    }
    counters.maxCwnd = Math.max(counters.maxCwnd, controller.cwnd);
  }

  /** Gives a trigger up, and takes its batch back. */
  #writeOff(at: number): void {
    const serial = this.#serials[at]!;
    const { flight, triggers, loss, counters } = this.#state;
    const number = flight.trigger(serial);
    const trigger = triggers.get(number);
    flight.close(serial, Fate.LOST);
    flight.markBatchUncertain(serial);
    counters.lost++;
    this.#lostInRow++;
    trigger.outstanding--;
    triggers.onLost(number);
    // What is still out when a trigger is given up says nothing about the path.
    if (!trigger.dead) {
      loss.addLost(trigger.replyClass);
      const { phase } = this.#state;
      if (phase.name === "stalled") phase.lost[trigger.replyClass]!++;
    }
    this.#state.proofWanted = true;
    this.#noteBurst(serial, this.#ordinals[at]!);
  }

  /** A trigger that stops while others go on is dropped, and that is no congestion. */
  #dropIfDead(at: number): void {
    const { flight, triggers, loss, events } = this.#state;
    const number = flight.trigger(this.#serials[at]!);
    const trigger = triggers.get(number);
    if (!triggers.hasDied(number)) return;
    triggers.drop(number);
    loss.removeLost(trigger.replyClass, trigger.lostInRow);
    events.push({
      type: "trigger",
      target: trigger.target,
      kind: trigger.kind,
      port: trigger.port,
      alive: false,
    });
  }

  /** Keeps the longest stretch of time in which consecutive triggers were lost. */
  #noteBurst(serial: number, ordinal: number): void {
    const sent = this.#state.flight.sentAt(serial);
    if (ordinal !== this.#lastLostOrdinal + 1) this.#burstStart = sent;
    this.#lastLostOrdinal = ordinal;
    const length = Math.min(sent - this.#burstStart, MAX_BURST_SPACING);
    this.#state.longestLossBurst = micros(Math.max(this.#state.longestLossBurst, length));
  }

  /** Nothing has been heard for a time-out: everything in flight is written off. */
  #timeOut(oldest: number, now: Micros): void {
    const state = this.#state;
    const { flight, controller } = state;
    const inFlight = flight.outstanding;
    // Without a clock a few hosts have gone, which says nothing about all the others.
    if (state.phase.name === "scan" && state.hasClock) {
      const first = this.#newestAnswered + 1;
      const left = STALL_TRAIN;
      state.phase = { name: "stalled", nextTry: now, left, said: false, first, lost: [0, 0, 0] };
    }
    flight.markAllUncertain();
    if (oldest > this.#recoveryPoint) this.#episodeLosses = 0;
    for (let i = 0; i < this.#count; i++) {
      const at = (this.#head + i) % MAX_TRIGGERS_OUTSTANDING;
      if (flight.fate(this.#serials[at]!) !== Fate.OUTSTANDING) continue;
      this.#writeOff(at);
      this.#episodeLosses++;
    }
    flight.releaseBefore(flight.next);
    this.#dropSettled();
    // A lone tail trigger is lost now and then; that says nothing about the window.
    this.#recoveryPoint = flight.next - 1;
    if (this.#isAccident()) return;
    if (inFlight >= controller.cwnd * OWN_LOSS || this.#backoff > 0) {
      controller.onTimeout(now, inFlight);
      state.reduction.end();
    }
    this.#backoff++;
  }

  /** True if a path that loses as much as this one loses so many triggers in a row by chance. */
  #isAccident(): boolean {
    const { confirmed, lost } = this.#state.counters;
    const before = lost - this.#lostInRow;
    return ((before + 0.5) / (confirmed + before + 1)) ** this.#lostInRow > ACCIDENT;
  }

  #dropSettled(): void {
    while (this.#count > 0) {
      const serial = this.#serials[this.#head]!;
      if (this.#state.flight.fate(serial) === Fate.OUTSTANDING) break;
      this.#head = (this.#head + 1) % MAX_TRIGGERS_OUTSTANDING;
      this.#count--;
    }
    this.#state.triggersOutstanding = this.#count;
  }
}
