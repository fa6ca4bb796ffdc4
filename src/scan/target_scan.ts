/**
 * The scan of one target: its flow, and what the flow's events and columns mean to the outside.
 */
import type { FlowEnd, FlowEvent } from "engine/event.ts";
import type { Flow, FlowStats } from "engine/flow.ts";
import { KIND_NAMES } from "engine/kind.ts";
import { PortState, Reason, REASON_NAMES } from "engine/port_state.ts";
import { type Micros, micros, MILLISECOND, SECOND } from "units";
import type { SampleEvent, TargetEvent } from "./event.ts";
import type { Found } from "./block_scan.ts";
import type { Route } from "./link.ts";
import { summarize, type TargetContext, undecidedReason } from "./target_report.ts";
import type { TargetSpec } from "./target_spec.ts";

/** Least time between two samples of a flow: at most ten a second. */
const SAMPLE_PERIOD = 100 * MILLISECOND;

/** Why the scan of a target is over. */
export type TargetEnd = FlowEnd | "host-timeout" | "interrupted" | "skipped";

/** See the file's comment. */
export class TargetScan {
  readonly spec: TargetSpec;
  readonly flow: Flow;
  readonly startedAt: Micros;
  readonly #route: Route;
  readonly #context: TargetContext;
  #paused = 0;
  #upReason = "no-response";
  /** True if the target was found by a search before. */
  #isFound = false;
  #stoppedAfter: number | undefined;
  #end: FlowEnd | undefined;
  #sampledAt: number;
  #sampledSent = 0;
  #sampledReplies = 0;

  constructor(
    spec: TargetSpec,
    flow: Flow,
    options: { route: Route; now: Micros; context: TargetContext; found?: Found },
  ) {
    this.spec = spec;
    this.flow = flow;
    this.startedAt = options.now;
    this.#route = options.route;
    this.#context = options.context;
    this.#sampledAt = options.now;
    if (options.found !== undefined) this.#tellUp(options.found);
  }

  /** Tells the outside what has happened; returns true when the target is finished. */
  drain(now: Micros): boolean {
    for (let event = this.flow.pollEvent(); event; event = this.flow.pollEvent()) {
      if (event.type === "finished") this.#end = event.end;
      else this.#tell(event, now);
    }
    if (this.#end === undefined) {
      this.#sample(now);
      return false;
    }
    return true;
  }

  /** The user has paused the scan for so long, which is not held against the target. */
  onPause(length: Micros): void {
    this.#paused += length;
    this.flow.handlePause(length);
  }

  /** How long the target has been scanned, pauses not counted. */
  activeFor(now: Micros): Micros {
    return micros(now - this.startedAt - this.#paused);
  }

  /** How the flow ended; undefined while it runs. */
  get end(): FlowEnd | undefined {
    return this.#end;
  }

  /** The last event of the target. */
  report(now: Micros, because: TargetEnd): TargetEvent {
    const { outcomes, space, isUp } = this.flow;
    const stats = this.flow.stats;
    const isDown = because === "down";
    const isSeenUp = isUp || this.#isFound;
    const isHeldUp = isSeenUp || this.#context.skipSearch;
    const hasPorts = !isDown && !this.#context.searchOnly;
    const undecided = undecidedReason(because, outcomes.settled < space.size);
    if (because === "stopped-answering") outcomes.reason.forEach(this.#blame, this);
    return {
      type: "target",
      ...this.#who(),
      state: isDown ? "down" : isHeldUp ? "up" : "unknown",
      reason: isSeenUp ? this.#upReason : isDown ? "no-response" : isHeldUp ? "user-set" : "none",
      ports: hasPorts ? space.ports : new Uint16Array(),
      states: hasPorts ? outcomes.state : new Uint8Array(),
      reasons: hasPorts ? outcomes.reason : new Uint8Array(),
      ttls: hasPorts ? outcomes.ttl : new Uint8Array(),
      startUs: this.startedAt + this.#context.epoch,
      durationUs: now - this.startedAt,
      ...(this.#route.onLink && this.#route.hardwareAddress !== undefined
        ? { hardwareAddress: this.#route.hardwareAddress }
        : {}),
      stats: summarize(stats, now - this.startedAt),
      ...(this.#stoppedAfter === undefined ? {} : { stoppedAfter: this.#stoppedAfter }),
      ...(undecided === undefined || !hasPorts ? {} : { undecidedBecause: undecided }),
    };
  }

  #blame(reason: number, pair: number): void {
    const { outcomes } = this.flow;
    if (outcomes.state[pair] !== PortState.UNKNOWN || reason !== Reason.NONE) return;
    outcomes.reason[pair] = Reason.STOPPED_ANSWERING;
  }

  #who(): { ip: string; name?: string } {
    const { ip, name } = this.spec;
    return name === undefined ? { ip } : { ip, name };
  }

  #tellUp({ reason, ttl, rtt }: { reason: string; ttl: number; rtt: number }): void {
    this.#isFound = true;
    this.#upReason = reason;
    this.#context.emit({ type: "target-up", ...this.#who(), reason, ttl, rttUs: rtt });
  }

  #tell(event: Exclude<FlowEvent, { type: "finished" }>, now: Micros): void {
    const { emit, epoch } = this.#context;
    switch (event.type) {
      case "up":
        return this.#isFound ? undefined : this.#tellUp(event);
      case "open":
        return emit({
          type: "port",
          ip: this.spec.ip,
          port: this.flow.space.portOf(event.pair),
          state: "open",
          reason: REASON_NAMES[event.reason],
          ttl: event.ttl,
          rttUs: event.rtt,
          timeUs: event.time + epoch,
        });
      case "trigger":
        return this.#verdict(
          now,
          "trigger",
          event.alive
            ? `answers ${nameOf(event.kind, event.port)}: it serves as a trigger`
            : `no longer answers ${nameOf(event.kind, event.port)}: dropped as a trigger`,
          { kind: KIND_NAMES[event.kind], port: event.port },
        );
      case "retries":
        return this.#verdict(
          now,
          "retries",
          (event.lossRate > 0
            ? `${(event.lossRate * 100).toFixed(2)} % of the packets are lost: `
            : "") +
            `${event.silences} silences make "filtered"`,
          { silences: event.silences, lossRate: event.lossRate },
        );
      case "stalled":
        this.#stoppedAfter = event.settled;
        return this.#verdict(
          now,
          "stopped-answering",
          `stopped answering after ${event.settled} ports`,
          { settled: event.settled },
        );
      case "resumed":
        this.#stoppedAfter = undefined;
        return this.#verdict(now, "resumed", "answers again", {});
    }
  }

  #verdict(
    now: Micros,
    verdict: string,
    text: string,
    evidence: Record<string, number | string>,
  ): void {
    const { emit, epoch } = this.#context;
    emit({ type: "verdict", ip: this.spec.ip, timeUs: now + epoch, verdict, text, evidence });
  }

  #sample(now: Micros): void {
    const elapsed = now - this.#sampledAt;
    if (!this.#context.samples || elapsed < SAMPLE_PERIOD) return;
    const stats = this.flow.stats;
    const sent = stats.probes + stats.triggers;
    const total = this.flow.space.size;
    this.#context.emit({
      type: "sample",
      ip: this.spec.ip,
      elapsedUs: now - this.startedAt,
      cwnd: stats.cwnd,
      ssthresh: stats.ssthresh,
      inFlight: stats.inFlight,
      srttUs: stats.srtt,
      rtoUs: stats.rto,
      sendRate: ((sent - this.#sampledSent) * SECOND) / elapsed,
      replyRate: ((stats.replies - this.#sampledReplies) * SECOND) / elapsed,
      sent,
      received: stats.replies,
      lost: stats.lost,
      done: stats.progress * total,
      total,
      open: stats.open,
      remainingUs: stats.progress > 0
        ? ((now - this.startedAt) * (1 - stats.progress)) / stats.progress
        : NaN,
      limitedBy: this.#limitedBy(stats),
    });
    this.#sampledAt = now;
    this.#sampledSent = sent;
    this.#sampledReplies = stats.replies;
  }

  #limitedBy(stats: FlowStats): SampleEvent["limitedBy"] {
    if (stats.phase === "search") return "search";
    if (stats.phase === "stalled" || stats.inFlight === 0) return "waiting";
    if (stats.pacingRate >= this.#context.maxRate) return "max-rate";
    return this.#context.isBusy ? "cpu" : "path";
  }
}

function nameOf(kind: number, port: number): string {
  const name = KIND_NAMES[kind]!;
  return port === 0 ? `ICMP ${name}` : `${name.toUpperCase()} to port ${port}`;
}
