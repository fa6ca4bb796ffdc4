/**
 * Decides what leaves next: a probe, a trigger, a candidate of the search, or nothing. Paces, keeps
 * the window, and ends every stream of probes with a trigger that releases it.
 */
import { type Micros, micros, MILLISECOND, NEVER } from "units";
import { NO_SERIAL } from "./flight.ts";
import { FIRST_CANDIDATE } from "./judge.ts";
import { Kind } from "./kind.ts";
import { type LossDetector, MAX_TRIGGERS_OUTSTANDING } from "./loss_detector.ts";
import type { ProbeBatch } from "./probe_batch.ts";
import type { FlowState } from "./state.ts";
import { ICMP_SHIFT, PROBE_SHIFT, SEARCH_NUMBER, TRIGGER_SHIFT, triggerDomain } from "./tag.ts";
import { TriggerTable } from "./trigger/trigger_table.ts";

/** Answers per round trip that are wanted, so that loss and delay are known (DESIGN, batches). */
const ANSWERS_PER_ROUND = 32;

/** Bounds of the trigger share: more would slow the scan, none would hide silent loss. */
const MAX_TRIGGER_SHARE = 0.1;
const MIN_TRIGGER_SHARE = 0.01;

/** Rate of a deep flow that nothing paces, packets per second (`-Pn` on a silent host). */
const BLIND_RATE = 500;

/** The same of a wide flow: doubled each 250 ms without an answer, up to the last figure. */
const WIDE_RATE = { first: 500, doubleEvery: 250 * MILLISECOND, most: 10_000 } as const;

/** How long tokens are gathered before the loop is woken to send them. */
const TICK = micros(1 * MILLISECOND);

/** Fills batches. */
export class Sender {
  readonly #state: FlowState;
  readonly #detector: LossDetector;
  /** Which serial each trigger has, by its number. */
  readonly table: TriggerTable;
  #startedAt: Micros = NEVER;
  /**
   * Where the next trigger stands: the mean spacing times 0.5 to 1.5. Triggers must meet the queues
   * as probes do; at fixed places in bursts they would all pass while probes are dropped, or the
   * other way round (phase effects, Floyd and Jacobson 1992).
   */
  #place = 1;
  /** Packets that should leave together now: 1, or a train with a trigger at both ends. */
  #trainWanted = 1;
  /** Length of the train that is being sent, or 0. */
  #train = 0;
  /** True for its first and its last packet: their answers measure it. */
  #isTrainEnd = false;
  /** The trigger that it began with, which should end it as well: hosts differ in distance. */
  #trainTrigger = -1;
  /** True if the user's rate is below the controller's. */
  #isCapped = false;

  constructor(state: FlowState, detector: LossDetector) {
    this.#state = state;
    this.#detector = detector;
    this.table = new TriggerTable(state.options.localPorts.triggerCount);
  }

  /** Appends what may leave now. */
  pollTransmit(now: Micros, batch: ProbeBatch): void {
    if (this.#startedAt === NEVER) this.#startedAt = now;
    const { pacer } = this.#state;
    this.updateRate(now);
    let room = Math.min(batch.limit - batch.count, pacer.allowance(now));
    // Two packets would be two ends with nothing between them; a cap of the user sets the pace.
    const isTrain = this.#trainWanted > 1 && !this.#isCapped && room > 2;
    this.#train = isTrain ? room : 0;
    this.#trainTrigger = -1;
    while (room > 0) {
      this.#isTrainEnd = room === this.#train || room === 1;
      if (!this.#sendOne(now, batch)) break;
      pacer.spend(1);
      room--;
    }
    this.#noteAppLimit(room, batch);
  }

  /** Marks what is out if neither the window nor the controller's rate holds the flow back. */
  #noteAppLimit(room: number, batch: ProbeBatch): void {
    const { delivery, flight } = this.#state;
    const isIdle = room > 0 && !this.#isBlocked();
    const isCapped = this.#isCapped ||
      (batch.count === batch.limit && batch.limit < batch.capacity);
    if (isIdle || isCapped) delivery.onAppLimited(flight.outstanding);
  }

  /** When something may be sent, as far as that depends on time alone. */
  nextDeadline(now: Micros): Micros {
    const { phase, pacer } = this.#state;
    switch (phase.name) {
      case "search": {
        const next = this.#state.search.candidates[phase.sent];
        if (next === undefined) return micros(phase.since + this.#state.search.end);
        return micros(Math.max(phase.since + next.at, pacer.nextSend(now, TICK)));
      }
      case "stalled":
        return micros(Math.max(phase.nextTry, pacer.nextSend(now, TICK)));
      case "scan":
        return this.#scanDeadline(pacer.nextSend(now, TICK), now);
      default:
        return NEVER;
    }
  }

  /** Sets the pacing rate by window and round trip. */
  updateRate(now: Micros): void {
    const { controller, pacer, rtt, options, triggers } = this.#state;
    const srtt = rtt.srtt;
    const rate = !this.#state.hasClock || Number.isNaN(srtt)
      ? this.#blindRate(now)
      : controller.pacingRate(srtt);
    this.#isCapped = rate > options.maxRate;
    // Triggers that have to wait their turn would always be first, and find the queue at its best.
    this.#trainWanted = controller.train > 1 && triggers.mayTrain(now) ? controller.train : 1;
    // A rate that the user has set is kept packet by packet.
    pacer.shape(controller.burst, this.#isCapped ? 1 : this.#trainWanted);
    pacer.setRate(Math.min(rate, options.maxRate), now);
  }

  #blindRate(now: Micros): number {
    if (this.#state.phase.name === "search") return Infinity;
    if (this.#state.space.targetCount === 1) return BLIND_RATE;
    const doublings = Math.floor((now - this.#startedAt) / WIDE_RATE.doubleEvery);
    return Math.min(WIDE_RATE.most, WIDE_RATE.first * 2 ** doublings);
  }

  #sendOne(now: Micros, batch: ProbeBatch): boolean {
    const { phase } = this.#state;
    switch (phase.name) {
      case "search":
        return this.#sendCandidate(phase, now, batch);
      case "stalled":
        return this.#sendTry(phase, now, batch);
      case "scan":
        return this.#sendScan(now, batch);
      default:
        return false;
    }
  }

  /** One of the triggers of a try while nothing answers. */
  #sendTry(phase: { nextTry: Micros; left: number }, now: Micros, batch: ProbeBatch): boolean {
    if (now < phase.nextTry) return false;
    const isSent = this.#sendTrigger(this.#state.triggers.chooseAny(now), now, batch);
    phase.left--;
    if (!isSent || phase.left <= 0) phase.nextTry = NEVER;
    return isSent;
  }

  #sendScan(now: Micros, batch: ProbeBatch): boolean {
    const state = this.#state;
    if (this.#isBlocked()) return this.#sendTail(now, batch);
    if (!state.isBlind && this.#isTriggerDue(now)) {
      if (this.#sendTrigger(this.#chooseTrigger(now), now, batch)) return true;
      if (this.#isLastSlot()) return false;
      // Not the moment an answer frees a trigger: that moment is one at which the queue has room.
      this.#place += state.random.unit();
    }
    const pair = this.#nextPair(now);
    if (pair >= 0) {
      this.#sendProbe(pair, now, batch);
      return true;
    }
    return this.#sendTail(now, batch);
  }

  #chooseTrigger(now: Micros): number {
    const { triggers, classWanted } = this.#state;
    if (this.#train > 1 && this.#trainTrigger >= 0 && triggers.mayBeSent(this.#trainTrigger, now)) {
      return this.#trainTrigger;
    }
    this.#trainTrigger = triggers.choose(now, classWanted);
    return this.#trainTrigger;
  }

  /** One trigger may go beyond the window: without it nothing would ever release the probes. */
  #sendTail(now: Micros, batch: ProbeBatch): boolean {
    if (!this.#isTailWanted()) return false;
    const { triggers, classWanted } = this.#state;
    if (!this.#isProofNeeded) {
      return this.#sendTrigger(triggers.choose(now, classWanted), now, batch);
    }
    // No trigger that is alive can prove anything: those that were given up have to.
    return now >= triggers.nextRetired() &&
      this.#sendTrigger(triggers.chooseRetired(), now, batch);
  }

  /** True if all that is wanted is a proof, and triggers that are alive cannot give it. */
  get #isProofNeeded(): boolean {
    return this.#state.probesSinceTrigger === 0 && this.#state.lacksProof;
  }

  /** True if a stream that has ended still needs a trigger to be judged. */
  #isTailWanted(): boolean {
    const { isBlind, probesSinceTrigger, proofWanted, triggersOutstanding } = this.#state;
    return !isBlind && triggersOutstanding === 0 && (probesSinceTrigger > 0 || proofWanted);
  }

  /**
   * The last free slot belongs to a trigger, or nothing would release a window of silent probes.
   */
  #isLastSlot(): boolean {
    const { hasClock, triggersOutstanding, flight, window, probesSinceTrigger } = this.#state;
    return hasClock && triggersOutstanding === 0 && probesSinceTrigger > 0 &&
      flight.outstanding + 1 >= window;
  }

  /** True while the window is full. A flow without a trigger has no window, only a rate. */
  #isBlocked(): boolean {
    const { flight, window, hasClock } = this.#state;
    return hasClock && flight.outstanding >= window;
  }

  /** True if a pair may be asked now. */
  #hasProbe(now: Micros): boolean {
    const { ring } = this.#state;
    return ring.length > 0 && this.#isSpaced(ring.peek(), now);
  }

  #isTriggerDue(now: Micros): boolean {
    const state = this.#state;
    if (state.triggersOutstanding >= MAX_TRIGGERS_OUTSTANDING - 1) return false;
    const { window } = state;
    const answers = state.credit.isAnswering ? state.answerShare * window : 0;
    const missing = ANSWERS_PER_ROUND - answers;
    const share = Math.min(MAX_TRIGGER_SHARE, Math.max(MIN_TRIGGER_SHARE, missing / window));
    // A train is made of probes: without one that waits there is nothing between its ends.
    if (this.#train > 1 && this.#isTrainEnd) return this.#hasProbe(now);
    if (state.probesSinceTrigger === 0) return false;
    if (this.#train > 1) return this.#isLastSlot();
    const spacing = Math.round(this.#place * (1 / share - 1));
    return state.probesSinceTrigger >= Math.max(1, spacing) || this.#isLastSlot();
  }

  /** The pair to ask next, or −1; pairs with enough silences are put to rest on the way. */
  #nextPair(now: Micros): number {
    const { ring, resting, outcomes, isBlockSearch } = this.#state;
    while (ring.length > 0) {
      const pair = ring.peek();
      if (outcomes.isSettled(pair) || (isBlockSearch && this.#state.isTargetUp(pair))) {
        ring.take();
      } else if (!this.#isSpaced(pair, now)) {
        return -1;
      } else if (outcomes.tries[pair]! > 0 && this.#isQuiet(pair)) {
        resting.give(ring.take());
      } else {
        return ring.take();
      }
    }
    return -1;
  }

  #isQuiet(pair: number): boolean {
    return !this.#state.isBlind && this.#state.silencesOf(pair) >= this.#state.silences;
  }

  #isSpaced(pair: number, now: Micros): boolean {
    return now >= this.#earliest(pair);
  }

  /** When a pair may be asked again. */
  #earliest(pair: number): number {
    const { outcomes, flight, space, isBlockSearch } = this.#state;
    if (isBlockSearch) {
      const asked = this.#state.askedAt[space.targetOf(pair) - space.firstTarget]!;
      return asked + this.#state.spacing();
    }
    if (outcomes.tries[pair] === 0) return -Infinity;
    const newest = outcomes.newest[pair]!;
    return flight.has(newest) ? flight.sentAt(newest) + this.#state.spacing() : -Infinity;
  }

  /** When the pacer lets the next pair, or the tail trigger, leave. */
  #scanDeadline(paced: Micros, now: Micros): Micros {
    const { ring, triggers } = this.#state;
    const choice = this.#isProofNeeded ? triggers.nextRetired() : triggers.nextChoice(now);
    const trigger = this.#isTailWanted() ? Math.max(paced, choice) : NEVER;
    if (ring.length === 0 || this.#isLastSlot() || this.#isBlocked()) return micros(trigger);
    const pair = Math.max(paced, this.#earliest(ring.peek()));
    return micros(Math.min(trigger, pair));
  }

  #sendProbe(pair: number, now: Micros, batch: ProbeBatch): void {
    const { space, outcomes, flight, tagger, options, counters, isBlockSearch } = this.#state;
    const { probeFirst, probeCount } = options.localPorts;
    const tries = outcomes.tries[pair]!;
    const attempt = isBlockSearch ? SEARCH_NUMBER : tries % 16;
    const kind = space.kindOf(pair);
    const target = space.targetOf(pair);
    const port = space.portOf(pair);
    const localPort = hasPorts(kind) ? probeFirst + attempt % probeCount : 0;
    // Under -g all tries share the 4-tuple and must share the sequence number (half-open targets).
    const number = probeCount === 1 ? 0 : attempt;
    const hash = tagger.hash(kind, target, (localPort << 16) | port);
    // A UDP tag cannot count: its low half must keep its value.
    const token = tagger.make(hash, kind === Kind.UDP ? 0 : number, PROBE_SHIFT);
    const previous = tries === 0 ? NO_SERIAL : outcomes.newest[pair]!;
    const serial = flight.addProbe(pair, now, attempt, previous);
    this.#state.delivery.onSent(flight, serial);
    outcomes.newest[pair] = serial;
    outcomes.tries[pair] = Math.min(255, tries + 1);
    counters.probes++;
    this.#state.probesSinceTrigger++;
    if (isBlockSearch) {
      this.#state.askedAt[target - space.firstTarget] = now;
      this.#state.askedCount[target - space.firstTarget]!++;
    }
    append(batch, kind, target, port, localPort, token);
  }

  #sendTrigger(number: number, now: Micros, batch: ProbeBatch): boolean {
    const state = this.#state;
    if (number < 0) return false;
    const trigger = state.triggers.get(number);
    const serial = state.flight.addTrigger(number, now);
    state.delivery.onSent(state.flight, serial);
    state.triggers.onSent(number, now);
    this.#appendTrigger(trigger.kind, trigger.target, trigger.port, serial, batch);
    this.#detector.onSent(serial);
    state.probesSinceTrigger = 0;
    this.#place = 0.5 + state.random.unit();
    state.proofWanted = false;
    return true;
  }

  #sendCandidate(
    phase: { since: Micros; sent: number },
    now: Micros,
    batch: ProbeBatch,
  ): boolean {
    const { search, flight, space, delivery } = this.#state;
    const candidate = search.candidates[phase.sent];
    if (candidate === undefined || now < phase.since + candidate.at) return false;
    const serial = flight.addTrigger(FIRST_CANDIDATE + phase.sent, now);
    delivery.onSent(flight, serial);
    phase.sent++;
    this.#appendTrigger(candidate.kind, space.firstTarget, candidate.port, serial, batch);
    return true;
  }

  #appendTrigger(
    kind: Kind,
    target: number,
    port: number,
    serial: number,
    batch: ProbeBatch,
  ): void {
    const { tagger, options, counters } = this.#state;
    const slot = this.table.add(serial);
    const localPort = hasPorts(kind)
      ? options.localPorts.triggerFirst + this.table.portOf(slot)
      : 0;
    const hash = tagger.hash(triggerDomain(kind), target, (localPort << 16) | port);
    // A UDP tag cannot count: its low half must keep its value. Ports alone tell 64 apart.
    const shift = hasPorts(kind) ? TRIGGER_SHIFT : ICMP_SHIFT;
    const number = hasPorts(kind) ? this.table.roundOf(slot) : slot % (1 << (32 - ICMP_SHIFT));
    counters.triggers++;
    append(batch, kind, target, port, localPort, tagger.make(hash, number, shift));
  }
}

function hasPorts(kind: Kind): boolean {
  return kind === Kind.SYN || kind === Kind.ACK || kind === Kind.UDP;
}

function append(
  batch: ProbeBatch,
  kind: Kind,
  target: number,
  port: number,
  localPort: number,
  token: number,
): void {
  const at = batch.count++;
  batch.kind[at] = kind;
  batch.target[at] = target;
  batch.port[at] = port;
  batch.localPort[at] = localPort;
  batch.token[at] = token;
  batch.padding[at] = 0;
}
