/**
 * Many targets in one flow: the search over a block, which hands on who is up, or the wide scan of
 * a block for a few ports, which reports its targets when all of it is done.
 */
import type { FlowEnd, FlowEvent } from "engine/event.ts";
import type { Flow } from "engine/flow.ts";
import type { KnownTrigger } from "engine/flow_options.ts";
import { PortState, Reason, REASON_NAMES } from "engine/port_state.ts";
import type { Micros } from "units";
import type { TargetEvent } from "./event.ts";
import type { Route } from "./link.ts";
import {
  type PortColumns,
  summarize,
  type TargetContext,
  undecidedReason,
} from "./target_report.ts";
import type { TargetSpec } from "./target_spec.ts";

/** A target that has shown that it is up. */
export interface Found {
  readonly spec: TargetSpec;
  readonly route: Route;
  /** What it answered, for the report. */
  readonly reason: string;
  readonly ttl: number;
  /** µs; NaN if it could not be measured. */
  readonly rtt: number;
  /** What will be answered again; undefined where the link has told (ARP). */
  readonly known: KnownTrigger | undefined;
}

/** Who is in a block, by the offset of the target. */
export interface Members {
  readonly size: number;
  specOf(offset: number): TargetSpec;
  routeOf(offset: number): Route;
}

/** What a block needs beside its flow. */
export interface BlockOptions {
  readonly members: Members;
  readonly now: Micros;
  readonly context: TargetContext;
  /** Called for each target that is up; undefined: the block is the whole scan of its targets. */
  readonly onFound: ((found: Found) => void) | undefined;
}

/** How a block ended. */
export type BlockEnd = FlowEnd | "interrupted" | "host-timeout";

/** See the file's comment. */
export class BlockScan {
  readonly flow: Flow;
  readonly startedAt: Micros;
  readonly #options: BlockOptions;
  /** Reasons of the targets that are up, by offset. */
  readonly #up = new Map<number, string>();
  #end: FlowEnd | undefined;

  constructor(flow: Flow, options: BlockOptions) {
    this.flow = flow;
    this.startedAt = options.now;
    this.#options = options;
  }

  /** Tells what has happened; returns true when the block is finished. */
  drain(now: Micros): boolean {
    for (let event = this.flow.pollEvent(); event; event = this.flow.pollEvent()) {
      if (event.type === "finished") this.#end = event.end;
      else this.#tell(event, now);
    }
    return this.#end !== undefined;
  }

  /** How the flow ended; undefined while it runs. */
  get end(): FlowEnd | undefined {
    return this.#end;
  }

  /** Targets that have answered nothing. */
  *down(): Iterable<TargetSpec> {
    const { members } = this.#options;
    for (let offset = 0; offset < members.size; offset++) {
      if (!this.#up.has(offset)) yield members.specOf(offset);
    }
  }

  /** How many of them there are. */
  get downCount(): number {
    return this.#options.members.size - this.#up.size;
  }

  /** What is known of the targets that are up, one after the other. */
  *report(now: Micros, because: BlockEnd): Iterable<TargetEvent> {
    if (this.#options.onFound !== undefined) return;
    const stats = summarize(this.flow.stats, now - this.startedAt);
    // The error is that of all targets together: each has its share.
    const residualError = stats.residualError / this.#up.size;
    for (const [offset, reason] of this.#up) {
      const columns = this.#columns(offset);
      const isOpenEnded = columns.states.includes(PortState.UNKNOWN);
      const undecided = undecidedReason(because, isOpenEnded);
      const { ip, name } = this.#options.members.specOf(offset);
      const probes = this.#tries(offset);
      yield {
        type: "target",
        ip,
        ...(name === undefined ? {} : { name }),
        state: "up",
        reason,
        ...columns,
        startUs: this.startedAt + this.#options.context.epoch,
        durationUs: now - this.startedAt,
        // Loss and round trip are the block's; packets are the target's own.
        stats: { ...stats, residualError, probes, triggers: 0, replies: 0 },
        ...(undecided === undefined ? {} : { undecidedBecause: undecided }),
      };
    }
  }

  #columns(offset: number): PortColumns {
    const { outcomes, space } = this.flow;
    const { ports } = space;
    const first = offset * ports.length;
    const last = first + ports.length;
    return {
      ports,
      states: outcomes.state.slice(first, last),
      reasons: outcomes.reason.slice(first, last),
      ttls: outcomes.ttl.slice(first, last),
    };
  }

  #tries(offset: number): number {
    const { outcomes, space } = this.flow;
    const first = offset * space.ports.length;
    let tries = 0;
    for (let i = 0; i < space.ports.length; i++) tries += outcomes.tries[first + i]!;
    return tries;
  }

  #tell(event: Exclude<FlowEvent, { type: "finished" }>, now: Micros): void {
    switch (event.type) {
      case "up":
        return this.#tellUp(event);
      case "open":
        return this.#tellOpen(event);
      case "retries":
      case "stalled":
      case "resumed":
        return this.#tellVerdict(event, now);
      case "trigger":
        // Triggers of a block come by the dozen, and each is only one of many.
    }
  }

  #tellUp(event: FlowEvent & { type: "up" }): void {
    const { members, context, onFound } = this.#options;
    const offset = event.target - this.flow.space.firstTarget;
    const { kind, port, replyClass, reason, ttl, rtt } = event;
    this.#up.set(offset, reason);
    const spec = members.specOf(offset);
    if (onFound !== undefined) {
      const known = { kind, port, replyClass, rtt };
      return onFound({ spec, route: members.routeOf(offset), reason, ttl, rtt, known });
    }
    const { ip, name } = spec;
    const who = name === undefined ? { ip } : { ip, name };
    context.emit({ type: "target-up", ...who, reason, ttl, rttUs: rtt });
  }

  #tellOpen(event: FlowEvent & { type: "open" }): void {
    const { members, context, onFound } = this.#options;
    if (onFound !== undefined) return;
    const { space } = this.flow;
    context.emit({
      type: "port",
      ip: members.specOf(space.targetOf(event.pair) - space.firstTarget).ip,
      port: space.portOf(event.pair),
      state: "open",
      reason: REASON_NAMES[event.reason] ?? REASON_NAMES[Reason.NONE],
      ttl: event.ttl,
      rttUs: event.rtt,
      timeUs: event.time + context.epoch,
    });
  }

  #tellVerdict(event: FlowEvent & { type: "retries" | "stalled" | "resumed" }, now: Micros): void {
    const { context } = this.#options;
    const text = event.type === "retries"
      ? `${event.silences} silences make "filtered"`
      : event.type === "stalled"
      ? "nothing answers any more: the path is down, or it has blocked us"
      : "answers come again";
    context.emit({
      type: "verdict",
      timeUs: now + context.epoch,
      verdict: event.type === "stalled" ? "stopped-answering" : event.type,
      text,
      evidence: event.type === "retries"
        ? { silences: event.silences, lossRate: event.lossRate }
        : {},
    });
  }
}
