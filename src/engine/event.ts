/** What a flow tells the outside. These are for rare things; outcomes per pair stay in columns. */
import type { Micros } from "units";
import type { Kind } from "./kind.ts";
import type { ReplyClass } from "./outcomes.ts";
import type { Reason } from "./port_state.ts";

/** Why a flow ended. */
export type FlowEnd = "complete" | "down" | "stopped-answering" | "no-answer" | "given-up";

/** One thing that happened in a flow. */
export type FlowEvent =
  | {
    type: "up";
    target: number;
    kind: Kind;
    port: number;
    replyClass: ReplyClass;
    reason: string;
    ttl: number;
    rtt: Micros;
  }
  | { type: "open"; pair: number; reason: Reason; ttl: number; rtt: Micros; time: Micros }
  | { type: "trigger"; target: number; kind: Kind; port: number; alive: boolean }
  | { type: "retries"; silences: number; lossRate: number }
  | { type: "stalled"; settled: number }
  | { type: "resumed" }
  | { type: "finished"; end: FlowEnd };
