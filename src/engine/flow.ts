/**
 * A flow: the unit of congestion control, a set of (target, port) pairs that share a path. This is
 * the engine's front door: a state machine without clock, sockets or randomness of its own.
 *
 * **Handle, then drain**: after the `handle…` calls of one moment, drain {@linkcode Flow.pollEvent}
 * and {@linkcode Flow.pollTransmit}, then ask {@linkcode Flow.pollTimeout} when to call again.
 */
import { type Micros, micros, NEVER, SECOND } from "units";
import { Answers } from "./answers.ts";
import type { FlowEnd, FlowEvent } from "./event.ts";
import { Judge } from "./judge.ts";
import { LossDetector } from "./loss_detector.ts";
import type { Outcomes } from "./outcomes.ts";
import type { PairSpace } from "./pair_space.ts";
import type { ProbeBatch } from "./probe_batch.ts";
import type { Reply } from "./reply.ts";
import { Sender } from "./sender.ts";
import type { FlowOptions } from "./flow_options.ts";
import { FlowState, type Stall, STALL_TRAIN } from "./state.ts";

export type { FlowOptions, LocalPorts } from "./flow_options.ts";

/** Silence of everything after which the user is told. */
const STOPPED_AFTER = 4 * SECOND;

/** Silence of everything after which the flow ends: the target may be rebooting or moved about. */
const GIVE_UP_AFTER = 15 * SECOND;

/** Time between triggers while nothing answers, at the most. */
const LONGEST_PAUSE = 1 * SECOND;

/** … and as a share of the silence so far: so many triggers each time its length grows by e. */
const STALL_TRIES = 4;

/** Figures of a flow at one moment, for samples and the final report. */
export interface FlowStats {
  /** Where the flow stands. */
  phase: "search" | "scan" | "stalled" | "done";
  /** Window, packets. */
  cwnd: number;
  /** Where slow start ends, packets. */
  ssthresh: number;
  /** Packets in flight. */
  inFlight: number;
  /** µs; NaN before the first answer. */
  srtt: number;
  /** Variation of the round trip, µs. */
  rttvar: number;
  /** Smallest round trip, µs. */
  minRtt: number;
  /** Largest round trip, µs. */
  maxRtt: number;
  /** Time-out, µs. */
  rto: number;
  /** Probes sent. */
  probes: number;
  /** Triggers sent. */
  triggers: number;
  /** Valid answers. */
  replies: number;
  /** Packets that were no answers to us. */
  stray: number;
  /** Transmissions declared lost so far. */
  lost: number;
  /** Reductions that turned out wrong. */
  undone: number;
  /** Largest window so far, packets. */
  maxCwnd: number;
  /** Pairs whose state is known. */
  settled: number;
  /** Share of the work that is done, 0 to 1: silences count as they come. */
  progress: number;
  /** Open ports so far. */
  open: number;
  /** Pairs that have answered. */
  answered: number;
  /** SYN-borne samples of the loss rate, and losses among them. */
  lossSamples: number;
  /** Losses among the samples. */
  losses: number;
  /** Silences that make "filtered". */
  silences: number;
  /** Wrong "filtered" verdicts expected; NaN where no figure can be given. */
  residualError: number;
  /** True if no SYN-borne trigger was ever seen. */
  assumesEcho: boolean;
  /** Name of the controller. */
  algorithm: string;
  /** Packets per second. */
  pacingRate: number;
}

/** See the file's comment. */
export class Flow {
  readonly #state: FlowState;
  readonly #detector: LossDetector;
  readonly #judge: Judge;
  readonly #sender: Sender;
  readonly #answers: Answers;
  /** One record, reused: it is read in every step. */
  readonly #vitals = { inFlight: 0, minRtt: 0 };
  #started = false;

  /** Makes a flow; it starts with the first call that carries a time. */
  constructor(options: FlowOptions) {
    this.#state = new FlowState(options);
    this.#detector = new LossDetector(this.#state);
    this.#judge = new Judge(this.#state);
    this.#sender = new Sender(this.#state, this.#detector);
    this.#answers = new Answers(this.#state, this.#detector, this.#sender.table);
  }

  /**
   * A packet came in that is about one of this flow's targets.
   *
   * @returns True if it answers something that this flow has sent.
   */
  handleReply(reply: Reply, now: Micros): boolean {
    if (this.isDone) return false;
    const isOurs = this.#answers.handleReply(reply, now);
    const { options, isBlockSearch, targetsUp, space, up } = this.#state;
    const isEnough = isBlockSearch ? targetsUp === space.targetCount : options.searchOnly && up;
    if (isEnough) this.#finish("complete");
    return isOurs;
  }

  /**
   * Time has passed. `now` is the time before which every captured packet has been handled: call
   * it only after a drain that emptied the capture.
   */
  handleTimeout(now: Micros): void {
    if (this.isDone) return;
    this.#start(now);
    this.#detector.handleTimeout(now);
    this.#judge.handleTimeout(now);
    this.#advance(now);
  }

  /** The capture lost packets: nothing may be concluded from what is in flight. */
  handleCaptureDrop(): void {
    this.#state.flight.markAllUncertain();
  }

  /** Our own loop stood still for `length`: deadlines wait as long. */
  handleStall(length: Micros, now: Micros): void {
    this.#detector.onStall(length, now);
    this.#judge.onStall(length, now);
  }

  /**
   * Nothing was sent for `length` because somebody wanted it so, while answers were handled: that
   * nothing came in all that time is no sign.
   */
  handlePause(length: Micros): void {
    const { phase, lastAnswerAt } = this.#state;
    this.#state.lastAnswerAt = micros(lastAnswerAt + length);
    if (phase.name === "search") phase.since = micros(phase.since + length);
  }

  /** Ends the flow; what is known stays known. */
  giveUp(): void {
    if (!this.isDone) this.#finish("given-up");
  }

  /** Appends the transmissions that may leave now. */
  pollTransmit(now: Micros, batch: ProbeBatch): void {
    this.#start(now);
    this.#state.resets.poll(batch);
    this.#sender.pollTransmit(now, batch);
  }

  /** When to call {@linkcode handleTimeout} and {@linkcode pollTransmit} at the latest. */
  pollTimeout(now: Micros): Micros {
    if (this.isDone) return NEVER;
    return micros(
      Math.min(
        this.#sender.nextDeadline(now),
        this.#detector.nextDeadline(),
        this.#judge.nextDeadline(now),
        this.#stallDeadline(),
      ),
    );
  }

  /** The next event, or undefined. */
  pollEvent(): FlowEvent | undefined {
    return this.#state.events.shift();
  }

  /** True after the event `finished` was queued. */
  get isDone(): boolean {
    return this.#state.phase.name === "done";
  }

  /** True if nothing waits to be sent: only answers are waited for. */
  get hasAskedAll(): boolean {
    return this.#state.ring.length === 0;
  }

  /** True after the first answer. */
  get isUp(): boolean {
    return this.#state.up;
  }

  /** Outcomes by pair. */
  get outcomes(): Outcomes {
    return this.#state.outcomes;
  }

  /** Which pair is which. */
  get space(): PairSpace {
    return this.#state.space;
  }

  /** Packets in flight, and the smallest round trip (µs; Infinity before the first answer). */
  get vitals(): { inFlight: number; minRtt: number } {
    const { flight, rtt } = this.#state;
    this.#vitals.inFlight = flight.outstanding;
    this.#vitals.minRtt = rtt.min;
    return this.#vitals;
  }

  /**
   * Where pairs without a verdict are: in the ring, at rest with silences enough for now, or among
   * the transmissions that are not judged. For whoever checks that none is lost.
   */
  get whereabouts(): { waiting: number; resting: number; unjudged: number } {
    const { ring, resting, flight } = this.#state;
    return {
      waiting: ring.length,
      resting: resting.length,
      unjudged: flight.next - flight.oldest,
    };
  }

  /** Figures of the moment. */
  get stats(): FlowStats {
    const { controller, flight, rtt, counters, outcomes, loss, silences, pacer, reduction } =
      this.#state;
    const hasFigure = loss.samples > 0;
    return {
      phase: this.#state.phase.name,
      cwnd: Math.max(controller.cwnd, reduction.allowance),
      ssthresh: controller.ssthresh,
      inFlight: flight.outstanding,
      srtt: rtt.srtt,
      rttvar: rtt.rttvar,
      minRtt: rtt.min,
      maxRtt: rtt.max,
      rto: rtt.rto,
      probes: counters.probes,
      triggers: counters.triggers,
      replies: counters.replies,
      stray: counters.stray,
      lost: counters.lost,
      undone: counters.undone,
      maxCwnd: counters.maxCwnd,
      settled: outcomes.settled,
      progress: this.#state.progress,
      open: outcomes.open,
      answered: outcomes.answered,
      lossSamples: loss.samples,
      losses: loss.losses,
      silences,
      residualError: hasFigure ? this.#residualError() : NaN,
      assumesEcho: this.#state.up && !hasFigure,
      algorithm: controller.name,
      pacingRate: pacer.rate,
    };
  }

  /** What was not concluded from silence cannot be wrong in this way. */
  #residualError(): number {
    const { loss, outcomes, silences, concluded } = this.#state;
    return Math.min(concluded, loss.expectedErrors(outcomes.answered, silences));
  }

  #start(now: Micros): void {
    if (this.#started) return;
    this.#started = true;
    if (this.#state.options.targetCount === 1) {
      this.#state.phase = { name: "search", since: now, sent: 0 };
    }
  }

  #advance(now: Micros): void {
    const state = this.#state;
    const { phase } = state;
    if (phase.name === "search") {
      if (now < phase.since + state.search.end) return;
      if (state.options.skipSearch) state.phase = { name: "scan" };
      else this.#finish("down");
    } else if (this.#judge.isProofGone(now)) {
      state.events.push({ type: "stalled", settled: state.outcomes.settled });
      this.#finish("stopped-answering");
    } else if (phase.name === "stalled") {
      this.#advanceStall(phase, now);
    } else if (phase.name === "scan" && this.#judge.isPassOver() && this.#judge.endPass()) {
      this.#judge.conclude();
      this.#finish(state.up || state.space.targetCount > 1 ? "complete" : "no-answer");
    }
  }

  #advanceStall(phase: Stall, now: Micros): void {
    const state = this.#state;
    if (state.triggersOutstanding === 0 && phase.nextTry === NEVER) {
      const pause = Math.min(LONGEST_PAUSE, (now - state.lastAnswerAt) / STALL_TRIES);
      phase.nextTry = micros(now + pause);
      phase.left = STALL_TRAIN;
    }
    if (now >= state.lastAnswerAt + STOPPED_AFTER && !phase.said) {
      phase.said = true;
      state.events.push({ type: "stalled", settled: state.outcomes.settled });
    }
    if (now >= state.lastAnswerAt + GIVE_UP_AFTER) this.#finish("stopped-answering");
  }

  /** When a stall has to be spoken of, or ended. */
  #stallDeadline(): Micros {
    const { phase, lastAnswerAt } = this.#state;
    if (phase.name !== "stalled") return NEVER;
    return micros(lastAnswerAt + (phase.said ? GIVE_UP_AFTER : STOPPED_AFTER));
  }

  #finish(end: FlowEnd): void {
    this.#state.phase = { name: "done" };
    this.#state.events.push({ type: "finished", end });
  }
}
