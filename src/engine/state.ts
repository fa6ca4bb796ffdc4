/**
 * Everything that one flow knows, in one place: the parts of the state machine (`answers.ts`,
 * `sender.ts`, `judge.ts`, `loss_detector.ts`) share it, `flow.ts` owns it. No behaviour here but
 * small questions that several parts ask.
 */
import type { Random } from "random";
import { type Micros, micros } from "units";
import { makeController } from "./congestion/registry.ts";
import type { Controller } from "./congestion/controller.ts";
import { Credit } from "./credit.ts";
import { Delivery } from "./delivery.ts";
import { Dispersion } from "./dispersion.ts";
import type { FlowEvent } from "./event.ts";
import { BaseRtts } from "./base_rtt.ts";
import { Flight } from "./flight.ts";
import type { FlowOptions, KnownTrigger } from "./flow_options.ts";
import { Kind, KIND_COUNT } from "./kind.ts";
import { LossEstimate } from "./loss_estimate.ts";
import { Outcomes, ReplyClass } from "./outcomes.ts";
import { Pacer } from "./pacer.ts";
import { PathMemory } from "./path.ts";
import { PairSpace } from "./pair_space.ts";
import { type Facts, questionSpacing, silencesFor, spacingFor } from "./policy.ts";
import { Reduction } from "./reduction.ts";
import { Resets } from "./resets.ts";
import { fillPasses, fillRing, Ring } from "./ring.ts";
import { Rtt } from "./rtt.ts";
import { Tagger } from "./tag.ts";
import { MAX_QUESTIONS } from "./trigger/questions.ts";
import { Search } from "./trigger/search.ts";
import { TriggerSet } from "./trigger/trigger_set.ts";

/** Hosts of a wide flow that must have answered before their answers clock it. */
const CLOCK_HOSTS = 8;

/** A probe and the trigger that releases it. */
const LEAST_IN_FLIGHT = 2;

/**
 * Triggers of one try while nothing answers: a path that loses packets in runs would take single
 * ones for a long time, since each of them is the next of the run.
 */
export const STALL_TRAIN = 3;

/** Nothing answers any more. */
export interface Stall {
  name: "stalled";
  /** When triggers are sent again; NEVER while those of the last try are out. */
  nextTry: Micros;
  /** How many of them are still to be sent then. */
  left: number;
  /** True once the user has been told. */
  said: boolean;
  /** First transmission behind the newest that was answered before. */
  readonly first: number;
  /** Triggers lost by it, by reply class. */
  readonly lost: number[];
}

/** Where a flow stands. */
export type Phase =
  | { name: "search"; since: Micros; sent: number }
  | { name: "scan" }
  | Stall
  | { name: "done" };

/** Counts of one flow. */
export class FlowCounters {
  probes = 0;
  triggers = 0;
  /** Valid answers. */
  replies = 0;
  /** Packets that were no answers to us. */
  stray = 0;
  /** Transmissions declared lost. */
  lost = 0;
  /** Of these, the ones that were answered after all. */
  late = 0;
  /** Triggers answered. */
  confirmed = 0;
  /** Reductions that turned out wrong. */
  undone = 0;
  maxCwnd = 0;
}

/** The shared state. */
export class FlowState implements Facts {
  readonly options: FlowOptions;
  readonly space: PairSpace;
  readonly outcomes: Outcomes;
  /** For what must not be regular. */
  readonly random: Random;
  readonly ring: Ring;
  /** Pairs with enough silences for now; they wait for the end of the pass. */
  readonly resting: Ring;
  readonly flight = new Flight();
  readonly rtts: readonly Rtt[];
  readonly baseRtts: BaseRtts;
  readonly loss = new LossEstimate();
  readonly triggers = new TriggerSet();
  readonly controller: Controller;
  readonly pacer = new Pacer();
  readonly reduction = new Reduction();
  readonly delivery = new Delivery();
  readonly credit = new Credit();
  readonly dispersion = new Dispersion();
  readonly tagger: Tagger;
  readonly search: Search;
  readonly counters = new FlowCounters();
  readonly events: FlowEvent[] = [];
  readonly resets = new Resets();
  phase: Phase = { name: "scan" };
  /** Silences that make "filtered", as of the last pass. */
  silences: number;
  /** When the newest answered transmission of each reply class was sent. */
  readonly provenAt = new Float64Array(3).fill(-Infinity);
  /** When the last valid answer came. */
  lastAnswerAt: Micros = micros(-Infinity);
  longestLossBurst: Micros = micros(0);
  /** Share of recent probes that answered by themselves. */
  answerShare = 0;
  triggersOutstanding = 0;
  /** Probes sent after the newest trigger. */
  probesSinceTrigger = 0;
  /** True if a trigger is needed although no probe wants to be sent. */
  proofWanted = false;
  /** Pairs whose verdict rests on silences. */
  concluded = 0;
  /** False until the first answer of anything. */
  up = false;
  /** 1 for targets that have answered anything. */
  readonly targetUp: Uint8Array;
  /** How many there are. */
  targetsUp = 0;
  /** In a block search, when each target was asked last, and how often. */
  readonly askedAt: Float64Array;
  readonly askedCount: Uint8Array;

  constructor(options: FlowOptions) {
    this.options = options;
    const { firstTarget, targetCount, questions } = options;
    const ports = questions?.ports ?? options.ports;
    this.space = new PairSpace(firstTarget, targetCount, ports, questions?.kinds);
    this.targetUp = new Uint8Array(targetCount);
    const searched = questions === undefined ? 0 : targetCount;
    this.askedAt = new Float64Array(searched).fill(-Infinity);
    this.askedCount = new Uint8Array(searched);
    this.outcomes = new Outcomes(this.space.size);
    this.ring = questions === undefined
      ? fillRing(this.space, options.likelyPorts, options.random)
      : fillPasses(this.space, options.random);
    this.random = options.random.fork();
    this.resting = new Ring(this.space.size);
    this.baseRtts = new BaseRtts(options.firstTarget, options.targetCount);
    this.rtts = Array.from({ length: KIND_COUNT }, () => new Rtt());
    this.controller = makeController(options.timing, options.path ?? new PathMemory());
    this.tagger = new Tagger(options.key);
    const likely = options.likelyPorts.filter((port) => this.space.pairOf(firstTarget, port) >= 0);
    this.search = new Search(likely.length > 0 ? likely : [...options.ports.subarray(0, 2)]);
    this.silences = options.limits.minSilences;
    if (options.known !== undefined) this.#adopt(options.known);
  }

  #adopt({ kind, port, replyClass, rtt }: KnownTrigger): void {
    const { firstTarget } = this.space;
    this.triggers.add(kind, firstTarget, port, replyClass);
    if (!Number.isNaN(rtt)) this.rtts[kind]!.sample(rtt, micros(0));
    this.noteUp(firstTarget);
  }

  /**
   * A target has answered something.
   *
   * @returns True if it is its first answer.
   */
  noteUp(target: number): boolean {
    const offset = target - this.space.firstTarget;
    if (this.targetUp[offset] === 1) return false;
    this.targetUp[offset] = 1;
    this.targetsUp++;
    this.up = true;
    return true;
  }

  /**
   * True while answers clock the flow: a window holds it. One or two hosts of a block may be gone
   * in the next second, so a wide flow goes by its rate until more of them have answered.
   */
  get hasClock(): boolean {
    const { targetCount } = this.space;
    if (targetCount === 1) return this.up;
    return this.targetsUp >= Math.min(CLOCK_HOSTS, Math.ceil(targetCount / 4));
  }

  /** True for a search over a block of targets. */
  get isBlockSearch(): boolean {
    return this.options.questions !== undefined;
  }

  /** True if a question of a search that may have been lost can be repeated. */
  mayAskAgain(pair: number): boolean {
    const offset = this.space.targetOf(pair) - this.space.firstTarget;
    return this.targetUp[offset] === 0 && this.askedCount[offset]! < MAX_QUESTIONS;
  }

  /** True if the pair's target has answered anything. */
  isTargetUp(pair: number): boolean {
    return this.targetUp[this.space.targetOf(pair) - this.space.firstTarget] === 1;
  }

  /** Round-trip time to reckon with: that of SYNs, or of the fallback while no SYN was answered. */
  get rtt(): Rtt {
    const syn = this.rtts[Kind.SYN]!;
    return syn.samples > 0 ? syn : this.rtts.find((rtt) => rtt.samples > 0) ?? syn;
  }

  /**
   * Packets that may be in flight. A controller's window below two packets is a rate, which the
   * pacer keeps; a probe and the trigger that releases it must be able to be out.
   */
  get window(): number {
    const { cwnd } = this.controller;
    return Math.max(LEAST_IN_FLIGHT, Math.floor(Math.max(cwnd, this.reduction.allowance)));
  }

  /** True while nothing paces the flow: no trigger is known. */
  get isBlind(): boolean {
    return !this.up;
  }

  /** True if a class of SYN-borne answers has been shown. */
  get hasShownTcp(): boolean {
    return this.provenAt[ReplyClass.SYN_ACK]! > -Infinity ||
      this.provenAt[ReplyClass.RST]! > -Infinity;
  }

  /**
   * True if SYN-borne answers have been shown and no trigger is left that draws them: nothing can
   * be concluded from silence until one comes back.
   */
  get lacksProof(): boolean {
    return this.hasShownTcp && !this.triggers.hasAlive(ReplyClass.SYN_ACK) &&
      !this.triggers.hasAlive(ReplyClass.RST);
  }

  /** True if every class of answers that matters was alive after `time`. */
  isProvenSince(time: Micros): boolean {
    const synAck = this.provenAt[ReplyClass.SYN_ACK]!;
    const rst = this.provenAt[ReplyClass.RST]!;
    if (!this.hasShownTcp) {
      return Math.max(synAck, rst, this.provenAt[ReplyClass.OTHER]!) > time;
    }
    if (this.loss.classesAgree) return Math.max(synAck, rst) > time;
    // A class whose triggers have all died proves nothing any more, and is not waited for.
    const hasSynAck = this.triggers.hasAlive(ReplyClass.SYN_ACK);
    const hasRst = this.triggers.hasAlive(ReplyClass.RST);
    if (!hasSynAck && !hasRst) return Math.max(synAck, rst) > time;
    return (!hasSynAck || synAck > time) && (!hasRst || rst > time);
  }

  /**
   * The class of answers that has been proven alive longest ago, where one does not speak for the
   * other: silences wait for it. Undefined: any answer will do.
   */
  get classWanted(): ReplyClass | undefined {
    if (!this.hasShownTcp || this.loss.classesAgree) return undefined;
    const synAck = this.provenAt[ReplyClass.SYN_ACK]!;
    return synAck < this.provenAt[ReplyClass.RST]! ? ReplyClass.SYN_ACK : ReplyClass.RST;
  }

  /** Silences of a pair that count. */
  silencesOf(pair: number): number {
    const { outcomes } = this;
    if (!this.hasShownTcp || this.loss.classesAgree) return outcomes.silences(pair);
    const synAck = this.provenAt[ReplyClass.SYN_ACK]! > -Infinity;
    const rst = this.provenAt[ReplyClass.RST]! > -Infinity;
    return Math.min(
      synAck ? outcomes.silencesAgainstOpen(pair) : Infinity,
      rst ? outcomes.silencesAgainstClosed(pair) : Infinity,
    );
  }

  /** Share of the work that is done: a settled pair counts whole, a silence as its part of k. */
  get progress(): number {
    const { settled, silencesCounted } = this.outcomes;
    const open = this.space.size - settled;
    const part = open === 0 ? 0 : Math.min(open, silencesCounted / this.silences);
    return (settled + part) / this.space.size;
  }

  /** Silences needed now. */
  silencesNeeded(): number {
    return silencesFor(this, this.options.limits);
  }

  /** Least time between two tries of a pair, or in a search between two questions to a target. */
  spacing(): Micros {
    if (!this.isBlockSearch) return spacingFor(this);
    const { samples, patience } = this.rtt;
    return questionSpacing(samples === 0 ? undefined : patience);
  }

  /** Pairs that have answered. */
  get answered(): number {
    return this.outcomes.answered;
  }

  /** Smoothed round trip to reckon with. */
  get srtt(): Micros {
    return this.rtt.srtt;
  }

  /** True under `-g`. */
  get onePort(): boolean {
    return this.options.localPorts.probeCount === 1;
  }
}
