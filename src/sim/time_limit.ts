/**
 * The shortest time in which a scan can be finished on a path, whatever the scanner: what answers
 * has to be asked once, what is silent twice, and the slowest part of the path sets the pace. The
 * measure that results are compared with.
 */
import { type Micros, micros, SECOND } from "units";
import { MIN_WIRE_BYTES } from "./bottleneck.ts";
import { type LimiterOptions, limiterRate } from "./limiter.ts";
import { PortRule, rejectCode } from "./port_policy.ts";

/** Silences that make "filtered" at least: so often is a silent pair asked. */
const ASKED_IF_SILENT = 2;

/** Pairs of a network by what they do. */
export interface PairCounts {
  open: number;
  /** Answer with a RST. */
  closed: number;
  /** Answer with an ICMP error. */
  rejected: number;
  /** Answer nothing. */
  silent: number;
}

/** No pairs. */
export function noPairs(): PairCounts {
  return { open: 0, closed: 0, rejected: 0, silent: 0 };
}

/** Counts one pair by its rule. */
export function addPair(pairs: PairCounts, rule: PortRule): void {
  if (rule === PortRule.OPEN) pairs.open++;
  else if (rule === PortRule.DROPPED) pairs.silent++;
  else if (rejectCode(rule) >= 0) pairs.rejected++;
  else pairs.closed++;
}

/** Packets that have to be sent. */
export function questionsFor(pairs: PairCounts): number {
  return answersOf(pairs) + ASKED_IF_SILENT * pairs.silent;
}

/** Packets that come back. */
export function answersOf({ open, closed, rejected }: PairCounts): number {
  return open + closed + rejected;
}

/** Packets of minimal size per second on a link. */
export function rateOfLink(bitsPerSecond: number): number {
  return bitsPerSecond / (MIN_WIRE_BYTES * 8);
}

/** Time that `packets` of minimal size take on a link. */
export function timeOnLink(packets: number, bitsPerSecond: number): Micros {
  return micros((packets * SECOND) / rateOfLink(bitsPerSecond));
}

/** Time until a limiter, full at first, has let `packets` through. */
export function timeAtLimiter(packets: number, limiter: LimiterOptions): Micros {
  const burst = limiter.kind === "token-bucket" ? limiter.burst : limiterRate(limiter);
  return micros((Math.max(0, packets - burst) * SECOND) / limiterRate(limiter));
}
