/** What a flow is asked to do, checked by whoever asks: the engine relies on it. */
import type { Random } from "random";
import type { Micros } from "units";
import type { Kind } from "./kind.ts";
import type { ReplyClass } from "./outcomes.ts";
import type { PathMemory } from "./path.ts";
import type { Limits } from "./policy.ts";
import type { Questions } from "./trigger/questions.ts";

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

/** A packet that is known to be answered when the flow begins. */
export interface KnownTrigger {
  /** What it is. */
  readonly kind: Kind;
  /** 0 for ICMP. */
  readonly port: number;
  /** Which class of answer it draws. */
  readonly replyClass: ReplyClass;
  /** Its round trip, µs; NaN if it could not be measured. */
  readonly rtt: Micros;
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
  /**
   * Makes the flow a search of a block: its pairs are these questions, each is asked once, and a
   * target that has answered is asked no more. `ports` then only says what is likely.
   */
  readonly questions?: Questions;
  /** What a search has found out about the target of a deep flow, which then needs none. */
  readonly known?: KnownTrigger;
}
