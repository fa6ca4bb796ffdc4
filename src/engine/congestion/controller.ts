/**
 * The seam between the engine and congestion control: how many packets may be out in the network
 * at once. One file per algorithm; a controller sees counts and times, never packets.
 */
import type { Micros } from "units";

/** Packets in flight at the start, paced over a round trip (32 SYNs are 2.6 kB on the wire). */
export const INITIAL_WINDOW = 32;

/** Smallest window: one probe and the trigger that releases it. */
export const MIN_WINDOW = 2;

/** Packets have left the network because an answer came; one record, reused. */
export interface Ack {
  now: Micros;
  /** Packets that this answer acknowledges or releases. */
  packets: number;
  /** Round trip of the answered transmission; NaN if unknown. */
  rtt: number;
  /** Smallest round trip seen. */
  minRtt: number;
  srtt: number;
  /** Packets in flight before this answer. */
  inFlight: number;
}

/** Decides the window. All counts are packets, probes and triggers alike. */
export interface Controller {
  /** Name as in `--timing`. */
  readonly name: string;
  /** Packets that may be in flight; may have a fraction. */
  readonly cwnd: number;
  /** Where slow start ends; Infinity before the first loss. */
  readonly ssthresh: number;
  /** Multiple of cwnd / srtt at which packets are paced. */
  readonly pacingGain: number;
  /** An answer came. */
  onAck(ack: Ack): void;
  /** A transmission was lost; called once per round trip. */
  onLoss(now: Micros, inFlight: number): void;
  /** Everything timed out. */
  onTimeout(now: Micros, inFlight: number): void;
  /** The loss that caused the last reduction was none (Eifel, RFC 4015). */
  onUndo(now: Micros): void;
}

/** Pacing gain in slow start: the window doubles each round trip (as in Linux). */
export const SLOW_START_PACING = 2;

/** Pacing gain afterwards: a little above the window, so that pacing does not hold it down. */
export const AVOIDANCE_PACING = 1.25;
