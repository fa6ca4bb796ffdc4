/**
 * The seam between the engine and congestion control: how many packets may be out in the network
 * at once, and how fast they leave. One file per algorithm; a controller sees counts and times,
 * never packets.
 */
import type { Micros } from "units";
import { SECOND } from "units";

/** Packets in flight at the start, paced over a round trip (32 SYNs are 2.6 kB on the wire). */
export const INITIAL_WINDOW = 32;

/**
 * Smallest window. Below one packet per round trip a window is a rate: the sender keeps a probe and
 * the trigger that releases it, and paces them. Many flows on one path need that, since the sum of
 * whole packets may exceed what the path holds.
 */
export const MIN_WINDOW = 1 / 4;

/** Packets have left the network because an answer came; one record, reused. */
export interface Ack {
  /** When the kernel saw the answer. */
  now: Micros;
  /** Packets that this answer acknowledges or releases. */
  packets: number;
  /** Smallest round trip seen of this kind of transmission and target, µs. */
  minRtt: number;
  /** What this one took beyond that, µs; NaN for the first of its kind, or if it is not known. */
  delay: number;
  /** Smoothed round trip, µs; 0 before the first sample. */
  srtt: number;
  /** By how much round trips differ in the mean, µs: queues, radio links, hosts near and far. */
  rttvar: number;
  /** Time between the answer's arrival and its handling, µs. */
  lag: number;
  /** Packets in flight before this answer. */
  inFlight: number;
  /** Packets delivered so far; what is lost by chance and cannot be seen is made up for. */
  delivered: number;
  /** What the slowest link carries by the spread of packet trains, packets per second; or NaN. */
  capacity: number;
  /** True if there was too little to send to fill the path: rates show what was offered. */
  isAppLimited: boolean;
  /** True for the first answer to something sent after the round before had ended. */
  isRoundStart: boolean;
  /** Transmissions that had to be answered and were, so far. */
  answered: number;
  /** Transmissions that had to be answered and were lost, so far. */
  lost: number;
}

/** Decides window and rate. All counts are packets, probes and triggers alike. */
export interface Controller {
  /** Name as in `--timing`. */
  readonly name: string;
  /** Packets that may be in flight; may have a fraction. */
  readonly cwnd: number;
  /** Where slow start ends; Infinity before the first loss. */
  readonly ssthresh: number;
  /** Packets that may leave back to back; the pacer has a limit of its own beside it. */
  readonly burst: number;
  /** Packets that should leave together even at a low rate: 1, or a train to measure with. */
  readonly train: number;
  /** True while a queue of its own is seen to stand: what is lost then is no chance. */
  readonly isQueueing: boolean;
  /** Packets per second at which packets are paced, given the smoothed round trip in µs. */
  pacingRate(srtt: number): number;
  /** An answer came. */
  onAck(ack: Ack): void;
  /** A transmission was lost; called once per round trip. */
  onLoss(now: Micros, inFlight: number): void;
  /** The network has said that a queue grows (ECN, source quench); called once per round trip. */
  onMark(now: Micros, inFlight: number): void;
  /** Everything timed out. */
  onTimeout(now: Micros, inFlight: number): void;
  /** The loss that caused the last reduction was none (Eifel, RFC 4015). */
  onUndo(now: Micros): void;
}

/** Pacing gain in slow start: the window doubles each round trip (as in Linux). */
export const SLOW_START_PACING = 2;

/** Pacing gain afterwards: a little above the window, so that pacing does not hold it down. */
export const AVOIDANCE_PACING = 1.25;

/** Packets per second that send `gain` windows in a round trip. */
export function windowRate(gain: number, cwnd: number, srtt: number): number {
  return (gain * cwnd * SECOND) / Math.max(1, srtt);
}
