/**
 * Takes replies in: checks that each answers something we sent, settles the pair, measures, frees
 * the window. What cannot be matched is counted as stray and changes nothing.
 */
import { type Micros, micros, MILLISECOND, SECOND } from "units";
import { endStall } from "./absence.ts";
import { Acknowledger, type Arrival } from "./acknowledger.ts";
import { Fate, NO_SERIAL } from "./flight.ts";
import { FIRST_CANDIDATE, isCandidate } from "./judge.ts";
import { Kind } from "./kind.ts";
import type { LossDetector } from "./loss_detector.ts";
import { ReplyClass } from "./outcomes.ts";
import { PortState, Reason } from "./port_state.ts";
import { type AnsweredQuestion, matchQuestion } from "./question.ts";
import { type Reply, ReplyKind } from "./reply.ts";
import type { FlowState } from "./state.ts";
import { FORGED, ICMP_SHIFT, PROBE_SHIFT, TRIGGER_SHIFT, triggerDomain } from "./tag.ts";
import type { TriggerTable } from "./trigger/trigger_table.ts";
import { UNREACHABLE_MEANINGS } from "./unreachable.ts";

/** A SYN-ACK that took longer may be the target's own resend (first after 1 s), no round trip. */
const RESENT_AFTER = 900 * MILLISECOND;

/** Packets captured longer ago have a wrong time stamp, µs. */
const OLDEST = 10 * SECOND;

/** Reads replies into the state. */
export class Answers {
  readonly #state: FlowState;
  readonly #detector: LossDetector;
  readonly #table: TriggerTable;
  /** Serial that the reply at hand answers, as found by the matching functions. */
  #serial = 0;
  readonly #acknowledger: Acknowledger;
  /** Round trip of the reply at hand, µs; NaN if it is not known. */
  #rtt = NaN;
  readonly #question: AnsweredQuestion = { pair: 0, kind: Kind.SYN, replyClass: ReplyClass.OTHER };
  readonly #arrival: Arrival = { serial: 0, target: 0, time: micros(0), minRtt: NaN, delay: NaN };

  constructor(state: FlowState, detector: LossDetector, table: TriggerTable) {
    this.#state = state;
    this.#detector = detector;
    this.#table = table;
    this.#acknowledger = new Acknowledger(state, detector);
  }

  /** One packet came in. */
  handleReply(reply: Reply, now: Micros): boolean {
    // A step of the wall clock must not become a round trip of hours.
    if (!(reply.time <= now && reply.time > now - OLDEST)) reply.time = now;
    const isOurs = this.#dispatch(reply, now);
    if (isOurs) {
      this.#state.counters.replies++;
    } else {
      this.#state.counters.stray++;
    }
    return isOurs;
  }

  #dispatch(reply: Reply, now: Micros): boolean {
    if (this.#state.isBlockSearch && this.#handleQuestion(reply, now)) return true;
    switch (reply.kind) {
      case ReplyKind.SYN_ACK:
      case ReplyKind.RST:
      case ReplyKind.BARE_ACK:
        return this.#handleTcp(reply, now);
      case ReplyKind.ECHO_REPLY:
        return this.#handleTrigger(reply, Kind.ECHO, ReplyClass.OTHER, now);
      case ReplyKind.TIMESTAMP_REPLY:
        return this.#handleTrigger(reply, Kind.TIMESTAMP, ReplyClass.OTHER, now);
      case ReplyKind.MASK_REPLY:
        return this.#handleTrigger(reply, Kind.MASK, ReplyClass.OTHER, now);
      case ReplyKind.UNREACHABLE:
        return this.#handleUnreachable(reply, now);
      default:
        return false;
    }
  }

  #handleTcp(reply: Reply, now: Micros): boolean {
    const { triggerFirst, triggerCount, probeFirst, probeCount } = this.#state.options.localPorts;
    const isProbePort = reply.localPort >= probeFirst && reply.localPort < probeFirst + probeCount;
    if (isProbePort && this.#handleProbe(reply, now)) return true;
    if (reply.localPort < triggerFirst || reply.localPort >= triggerFirst + triggerCount) {
      return false;
    }
    const replyClass = reply.kind === ReplyKind.RST ? ReplyClass.RST : ReplyClass.SYN_ACK;
    if (this.#handleTrigger(reply, Kind.SYN, replyClass, now)) return true;
    return reply.kind === ReplyKind.RST &&
      this.#handleTrigger(reply, Kind.ACK, ReplyClass.OTHER, now);
  }

  /** A question of a block search was answered: the target is up, and may serve as a trigger. */
  #handleQuestion(reply: Reply, now: Micros): boolean {
    const question = this.#question;
    if (!matchQuestion(this.#state, reply, question)) return false;
    const { pair, kind, replyClass } = question;
    const serial = this.#state.outcomes.newest[pair]!;
    if (this.#isRepeat(serial)) return true;
    this.#measure(serial, kind, reply);
    this.#state.loss.addAnswered(replyClass);
    this.#state.triggers.add(kind, reply.target, reply.port, replyClass);
    this.#prove(serial, replyClass);
    this.#lookAlive(reply, kind, replyClass);
    this.#acknowledger.noteAnswerOfProbe();
    this.#acknowledger.acknowledge(this.#arrival, now);
    return true;
  }

  /** Finds the probe that a TCP answer or a quoting ICMP error belongs to. */
  #matchProbe(reply: Reply): number {
    const { space, tagger, options, outcomes, flight } = this.#state;
    const pair = space.pairOf(reply.target, reply.port);
    if (pair < 0 || outcomes.tries[pair] === 0) return -1;
    const { probeFirst, probeCount } = options.localPorts;
    const hash = tagger.hash(Kind.SYN, reply.target, (reply.localPort << 16) | reply.port);
    const number = tagger.numberOf(reply.token, hash, PROBE_SHIFT);
    // Each number leaves from a port of its own; under `-g` all tries share number 0.
    const isAsSent = probeCount === 1
      ? number === 0
      : number !== FORGED && number % probeCount === reply.localPort - probeFirst;
    if (!isAsSent) return -1;
    this.#serial = probeCount === 1
      ? outcomes.newest[pair]!
      : flight.findTry(outcomes.newest[pair]!, number);
    return pair;
  }

  #handleProbe(reply: Reply, now: Micros): boolean {
    const pair = this.#matchProbe(reply);
    if (pair < 0 || (reply.kind === ReplyKind.BARE_ACK && !this.#isTupleUsedAgain(pair))) {
      return false;
    }
    const { outcomes, loss, triggers, space } = this.#state;
    const isOpen = reply.kind !== ReplyKind.RST;
    const replyClass = isOpen ? ReplyClass.SYN_ACK : ReplyClass.RST;
    const reason = isOpen
      ? reply.kind === ReplyKind.SYN_ACK ? Reason.SYN_ACK : Reason.ACK
      : Reason.RESET;
    const serial = this.#serial;
    const isRepeat = this.#isRepeat(serial);
    const rtt = this.#measure(serial, Kind.SYN, reply);
    const wasOpen = outcomes.state[pair] === PortState.OPEN;
    const hadAnswered = wasOpen || outcomes.state[pair] === PortState.CLOSED;
    if (!wasOpen && (isOpen || !hadAnswered)) {
      outcomes.settle(pair, isOpen ? PortState.OPEN : PortState.CLOSED, reason, reply.ttl);
      if (isOpen) this.#announceOpen(pair, reply, reason, rtt);
    }
    if (hadAnswered) {
      if (!isRepeat && this.#hasLaterAnswer(serial, pair)) loss.redeemTry(replyClass);
    } else {
      const lost = this.#triesBefore(serial, pair) - outcomes.excused(pair);
      loss.addPair(replyClass, Math.max(0, lost));
      this.#promote(triggers.add(Kind.SYN, reply.target, space.portOf(pair), replyClass), reply);
    }
    if (isRepeat) return this.#takeRepeat(reply);
    this.#prove(serial, replyClass);
    this.#lookAlive(reply, Kind.SYN, replyClass);
    this.#acknowledger.noteAnswerOfProbe();
    this.#acknowledger.acknowledge(this.#arrival, now);
    return true;
  }

  /**
   * True if a probe's 4-tuple has seen another try, the only case in which a half-open connection
   * answers with a bare ACK. Otherwise it is a RST whose flag was flipped on the way.
   */
  #isTupleUsedAgain(pair: number): boolean {
    const { outcomes, options } = this.#state;
    return outcomes.tries[pair]! > options.localPorts.probeCount;
  }

  /** True for another answer to what was answered: ours, and nothing new. */
  #isRepeat(serial: number): boolean {
    const { flight } = this.#state;
    return serial !== NO_SERIAL && flight.has(serial) && flight.fate(serial) === Fate.ANSWERED;
  }

  /** The target has not heard that nobody wants the connection. */
  #takeRepeat(reply: Reply): true {
    if (reply.kind === ReplyKind.SYN_ACK) this.#state.resets.add(reply);
    return true;
  }

  /** How many tries of a pair went before the one that was answered: all of them were lost. */
  #triesBefore(serial: number, pair: number): number {
    const { outcomes, flight } = this.#state;
    const tries = outcomes.tries[pair]!;
    if (tries === 1 || serial === NO_SERIAL) return 0;
    let after = 0;
    for (let n = outcomes.newest[pair]!; n !== serial && flight.has(n); after++) {
      n = flight.findTry(n, (tries - 2 - after) % 16);
      if (n === NO_SERIAL) break;
    }
    return Math.max(0, tries - 1 - after);
  }

  /** True if a later try of the pair was answered before this one, which was then held for lost. */
  #hasLaterAnswer(serial: number, pair: number): boolean {
    const { outcomes, flight } = this.#state;
    if (serial === NO_SERIAL) return false;
    let later = outcomes.newest[pair]!;
    for (; later !== serial && later !== NO_SERIAL && flight.has(later);) {
      if (flight.fate(later) === Fate.ANSWERED) return true;
      later = flight.previous(later);
    }
    return false;
  }

  #announceOpen(pair: number, reply: Reply, reason: Reason, rtt: number): void {
    this.#state.events.push({
      type: "open",
      pair,
      reason,
      ttl: reply.ttl,
      rtt: micros(rtt),
      time: reply.time,
    });
  }

  #promote(isNew: boolean, reply: Reply): void {
    if (!isNew) return;
    this.#state.events.push({
      type: "trigger",
      target: reply.target,
      kind: Kind.SYN,
      port: reply.port,
      alive: true,
    });
  }

  #handleTrigger(reply: Reply, kind: Kind, replyClass: ReplyClass, now: Micros): boolean {
    if (!this.#matchTrigger(reply, kind)) return false;
    const { flight, triggers, loss, events } = this.#state;
    const serial = this.#serial;
    const fate = flight.fate(serial);
    const number = flight.trigger(serial);
    if (this.#isRepeat(serial)) return this.#takeRepeat(reply);
    const rtt = this.#measure(serial, kind, reply);
    if (isCandidate(number)) {
      if (triggers.add(kind, reply.target, reply.port, replyClass)) {
        events.push({
          type: "trigger",
          target: reply.target,
          kind,
          port: reply.port,
          alive: true,
        });
      }
    } else {
      const trigger = triggers.get(number);
      const wasDead = trigger.dead;
      triggers.onAnswered(number);
      if (fate === Fate.LOST) {
        if (!wasDead) loss.removeLost(trigger.replyClass);
        this.#detector.onLateAnswer(serial, now);
      } else {
        trigger.outstanding--;
      }
    }
    loss.addAnswered(replyClass);
    this.#settleByTrigger(reply, kind, rtt);
    this.#prove(serial, replyClass);
    this.#lookAlive(reply, kind, replyClass);
    this.#state.counters.confirmed++;
    this.#acknowledger.acknowledge(this.#arrival, now);
    return true;
  }

  #matchTrigger(reply: Reply, kind: Kind): boolean {
    const { tagger, options, flight } = this.#state;
    const domain = triggerDomain(kind);
    const hash = tagger.hash(domain, reply.target, (reply.localPort << 16) | reply.port);
    if (reply.localPort > 0) {
      const token = kind === Kind.ACK ? reply.altToken : reply.token;
      const round = tagger.numberOf(token, hash, TRIGGER_SHIFT);
      if (round === FORGED) return false;
      const port = reply.localPort - options.localPorts.triggerFirst;
      // As with probes: a half-open connection speaks when a later SYN has met it.
      if (reply.kind === ReplyKind.BARE_ACK && this.#table.isNewest(port, round)) return false;
      this.#serial = this.#table.findByPort(port, round);
    } else {
      const low = tagger.numberOf(reply.token, hash, ICMP_SHIFT);
      if (low === FORGED) return false;
      this.#serial = this.#table.findByCount(low, 1 << (32 - ICMP_SHIFT));
    }
    if (this.#serial === NO_SERIAL || !flight.has(this.#serial)) return false;
    return flight.isTrigger(this.#serial) && this.#isOf(reply, kind, flight.trigger(this.#serial));
  }

  /** True if a trigger, by its number, is what the reply says it answers. */
  #isOf(reply: Reply, kind: Kind, number: number): boolean {
    const { triggers, search, space } = this.#state;
    if (isCandidate(number)) {
      const candidate = search.candidates[number - FIRST_CANDIDATE]!;
      return candidate.kind === kind && candidate.port === reply.port &&
        space.firstTarget === reply.target;
    }
    const trigger = triggers.get(number);
    return trigger.kind === kind && trigger.port === reply.port && trigger.target === reply.target;
  }

  /** A SYN trigger is a question about its port as well. */
  #settleByTrigger(reply: Reply, kind: Kind, rtt: number): void {
    if (kind !== Kind.SYN) return;
    const { space, outcomes } = this.#state;
    const pair = space.pairOf(reply.target, reply.port);
    if (pair < 0) return;
    const isOpen = reply.kind !== ReplyKind.RST;
    if (outcomes.isSettled(pair) && (!isOpen || outcomes.state[pair] === PortState.OPEN)) return;
    outcomes.settle(
      pair,
      isOpen ? PortState.OPEN : PortState.CLOSED,
      isOpen ? Reason.SYN_ACK : Reason.RESET,
      reply.ttl,
    );
    if (isOpen) this.#announceOpen(pair, reply, Reason.SYN_ACK, rtt);
  }

  #handleUnreachable(reply: Reply, now: Micros): boolean {
    if (reply.quotedKind === Kind.UDP) {
      return reply.code === 3 && reply.fromTarget &&
        this.#handleTrigger(reply, Kind.UDP, ReplyClass.OTHER, now);
    }
    if (reply.quotedKind !== Kind.SYN) return false;
    const pair = this.#matchProbe(reply);
    const meaning = UNREACHABLE_MEANINGS[reply.code];
    if (pair < 0 || meaning === undefined || meaning.reason === Reason.NONE) return false;
    const { outcomes } = this.#state;
    if (outcomes.isSettled(pair)) return true;
    if (!meaning.settles) {
      outcomes.reason[pair] = meaning.reason;
      return true;
    }
    this.#measure(this.#serial, Kind.SYN, reply);
    outcomes.settle(pair, PortState.FILTERED, meaning.reason, reply.ttl);
    this.#acknowledger.acknowledge(this.#arrival, now);
    return true;
  }

  /** Round trip of a transmission; NaN if it is not known or not to be trusted. */
  #measure(serial: number, kind: Kind, reply: Reply): number {
    const arrival = this.#arrival;
    arrival.serial = serial;
    arrival.target = reply.target;
    arrival.time = reply.time;
    arrival.delay = NaN;
    const roundTrip = this.#roundTrip(serial, reply);
    this.#rtt = roundTrip;
    if (!Number.isNaN(roundTrip)) {
      const { rtts, baseRtts } = this.#state;
      rtts[kind]!.sample(micros(roundTrip), reply.time);
      arrival.delay = baseRtts.sample(kind, reply.target, micros(roundTrip));
      arrival.minRtt = baseRtts.of(kind, reply.target);
    }
    return roundTrip;
  }

  #roundTrip(serial: number, reply: Reply): number {
    const { flight, options, outcomes } = this.#state;
    if (serial === NO_SERIAL || !flight.has(serial)) return NaN;
    if (flight.fate(serial) === Fate.ANSWERED) return NaN;
    const rtt = Math.max(1, reply.time - flight.sentAt(serial));
    const mayBeResent = reply.kind === ReplyKind.SYN_ACK && rtt >= RESENT_AFTER;
    // Under -g an answer to a retry may belong to any try (Karn).
    const isAmbiguous = options.localPorts.probeCount === 1 && !flight.isTrigger(serial) &&
      outcomes.tries[flight.pair(serial)]! > 1;
    return mayBeResent || isAmbiguous ? NaN : rtt;
  }

  #prove(serial: number, replyClass: ReplyClass): void {
    const { flight, provenAt } = this.#state;
    if (serial === NO_SERIAL || !flight.has(serial)) return;
    provenAt[replyClass] = Math.max(provenAt[replyClass]!, flight.sentAt(serial));
  }

  /** The target is there; what its last round trip was stands in `#arrival`. */
  #lookAlive(reply: Reply, kind: Kind, replyClass: ReplyClass): void {
    const state = this.#state;
    state.lastAnswerAt = reply.time;
    if (state.noteUp(reply.target)) {
      state.events.push({
        type: "up",
        target: reply.target,
        kind,
        port: reply.port,
        replyClass,
        reason: reasonOf(reply),
        ttl: reply.ttl,
        rtt: micros(this.#rtt),
      });
    }
    if (state.phase.name === "stalled") {
      endStall(state, state.phase);
    } else if (state.phase.name === "search") {
      state.phase = { name: "scan" };
    }
  }
}

function reasonOf(reply: Reply): string {
  const names: Record<number, string> = {
    [ReplyKind.SYN_ACK]: "syn-ack",
    [ReplyKind.RST]: "reset",
    [ReplyKind.BARE_ACK]: "ack",
    [ReplyKind.ECHO_REPLY]: "echo-reply",
    [ReplyKind.TIMESTAMP_REPLY]: "timestamp-reply",
    [ReplyKind.MASK_REPLY]: "addressmask-reply",
    [ReplyKind.UNREACHABLE]: "port-unreach",
  };
  return names[reply.kind] ?? "answer";
}
