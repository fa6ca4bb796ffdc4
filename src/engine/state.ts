/**
 * Everything that one flow knows, in one place: the parts of the state machine (`answers.ts`,
 * `sender.ts`, `judge.ts`, `loss_detector.ts`) share it, `flow.ts` owns it. No behaviour here but
 * small questions that several parts ask.
 */
import type { Random } from "random";
import { type Micros, micros } from "units";
import { makeController } from "./congestion/registry.ts";
import type { Controller } from "./congestion/controller.ts";
import type { FlowEvent } from "./event.ts";
import { BaseRtts } from "./base_rtt.ts";
import { Flight } from "./flight.ts";
import { Kind, KIND_COUNT } from "./kind.ts";
import { LossEstimate } from "./loss_estimate.ts";
import { Outcomes, ReplyClass } from "./outcomes.ts";
import { Pacer } from "./pacer.ts";
import { PathMemory } from "./path.ts";
import { PairSpace } from "./pair_space.ts";
import { type Facts, type Limits, silencesFor, spacingFor } from "./policy.ts";
import { RateSampler } from "./rate_sampler.ts";
import { Reduction } from "./reduction.ts";
import { fillRing, Ring } from "./ring.ts";
import { Rtt } from "./rtt.ts";
import { Tagger } from "./tag.ts";
import { Search } from "./trigger/search.ts";
import { TriggerSet } from "./trigger/trigger_set.ts";

/** A probe and the trigger that releases it. */
const LEAST_IN_FLIGHT = 2;

/** Local ports of a flow's worker. A count of 1 for both: one source port for everything (`-g`). */
export interface LocalPorts {
  /** Try n of a probe leaves from `probeFirst + n % probeCount`. */
  readonly probeFirst: number;
  /** Local ports of probes; 1 under `-g`. */
  readonly probeCount: number;
  /** Triggers rotate over `triggerFirst` to `triggerFirst + triggerCount - 1`. */
  readonly triggerFirst: number;
  /** Local ports of triggers; 1 under `-g`. */
  readonly triggerCount: number;
}

/** What a flow is asked to do. */
export interface FlowOptions {
  /** Index of the first target. */
  readonly firstTarget: number;
  /** 1: a deep flow; more: a wide one. */
  readonly targetCount: number;
  /** Ports to ask. */
  readonly ports: Uint16Array;
  /** Ports to ask first, the likeliest first. */
  readonly likelyPorts: readonly number[];
  /** 64 secret bits for the tags. */
  readonly key: readonly [number, number];
  /** Source of the order of pairs. */
  readonly random: Random;
  /** Ports to send from. */
  readonly localPorts: LocalPorts;
  /** Name of the controller, with its arguments. */
  readonly timing: string;
  /** What flows on the same path have learnt; by default the flow is alone. */
  readonly path?: PathMemory;
  /** What the user accepts. */
  readonly limits: Limits;
  /** Packets per second at most. */
  readonly maxRate: number;
  /** No search: scan even if nothing answers (`-Pn`). */
  readonly skipSearch: boolean;
  /** Search only (`-sn`). */
  readonly searchOnly: boolean;
}

/** Where a flow stands. */
export type Phase =
  | { name: "search"; since: Micros; sent: number }
  | { name: "scan" }
  | { name: "stalled"; nextTry: Micros; said: boolean }
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
  readonly sampler = new RateSampler();
  readonly tagger: Tagger;
  readonly search: Search;
  readonly counters = new FlowCounters();
  readonly events: FlowEvent[] = [];
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
  /** False until the first answer of anything. */
  up = false;

  constructor(options: FlowOptions) {
    this.options = options;
    this.space = new PairSpace(options.firstTarget, options.targetCount, options.ports);
    this.outcomes = new Outcomes(this.space.size);
    this.ring = fillRing(this.space, options.likelyPorts, options.random);
    this.random = options.random.fork();
    this.resting = new Ring(this.space.size);
    this.baseRtts = new BaseRtts(options.firstTarget, options.targetCount);
    this.rtts = Array.from({ length: KIND_COUNT }, () => new Rtt());
    this.controller = makeController(options.timing, options.path ?? new PathMemory());
    this.tagger = new Tagger(options.key);
    const { firstTarget } = options;
    const likely = options.likelyPorts.filter((port) => this.space.pairOf(firstTarget, port) >= 0);
    this.search = new Search(likely.length > 0 ? likely : [...options.ports.subarray(0, 2)]);
    this.silences = options.limits.minSilences;
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

  /** Least time between two tries of a pair. */
  spacing(): Micros {
    return spacingFor(this);
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
