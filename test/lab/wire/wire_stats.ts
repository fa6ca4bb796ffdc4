/** The figures that a wire gives of itself. */
import type { PathCounters } from "sim/path.ts";
import type { LatenessSummary } from "./lateness.ts";
import type { EndCounters } from "./wire_end.ts";

/** See the file's comment. */
export interface WireStats {
  /** By end: the scanner's side first. */
  readonly ends: readonly EndCounters[];
  /** By stretch of path, in the order in which packets pass them. */
  readonly paths: { readonly out: readonly PathCounters[]; readonly back: readonly PathCounters[] };
  /** Packets that were dropped because somebody sent too fast. */
  readonly overflowed: number;
  /** How late frames left, against the time at which the model wanted them to. */
  readonly late: LatenessSummary;
  /** Packets to addresses that nobody has. */
  readonly unrouted: number;
  /** Packets that have come in and not left. */
  readonly underWay: number;
}
