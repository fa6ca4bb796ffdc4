/**
 * What a scan tells its front ends: one union, the same for the library, the command line and
 * every output format. Times are µs; wall-clock times are µs since 1970.
 */
import type { StateName } from "engine/port_state.ts";

/** The scan begins. */
export interface StartEvent {
  /** Which event this is. */
  type: "start";
  /** Version of PortBunny. */
  version: string;
  /** Command line, or what the library was given, as text. */
  args: string;
  /** Seed of everything random in the scan. */
  seed: number;
  /** Wall clock. */
  timeUs: number;
  /** Targets that will be scanned. */
  targets: number;
  /** How they are gone about: each for itself, after a search over all, or all in one flow. */
  plan: "each" | "search" | "wide";
  /** Ports asked for, ascending. */
  ports: Uint16Array;
}

/** A target answered something. */
export interface TargetUpEvent {
  /** Which event this is. */
  type: "target-up";
  /** Address of the target. */
  ip: string;
  /** The name that the user typed, if it was one. */
  name?: string;
  /** What answered: `echo-reply`, `syn-ack`, `reset`, `arp-response`, `user-set` (-Pn), … */
  reason: string;
  /** Hops left when the answer arrived. */
  ttl: number;
  /** Round trip of the answer, µs; NaN if unknown. */
  rttUs: number;
}

/** A port's state became known while the scan runs. Sent for open ports the moment they are. */
export interface PortEvent {
  /** Which event this is. */
  type: "port";
  /** Address of the target. */
  ip: string;
  /** The port. */
  port: number;
  /** What is known. */
  state: StateName;
  /** Why it is believed. */
  reason: string;
  /** Hops left when the answer arrived. */
  ttl: number;
  /** NaN where it could not be measured. */
  rttUs: number;
  /** Wall clock, µs since 1970. */
  timeUs: number;
}

/** A statement about the path or the target, with what it is based on. */
export interface VerdictEvent {
  /** Which event this is. */
  type: "verdict";
  /** Address of the target; absent if it is about a block of them. */
  ip?: string;
  /** Wall clock, µs since 1970. */
  timeUs: number;
  /** Machine-readable, e.g. `trigger`, `retries`, `stopped-answering`, `rate-limit`. */
  verdict: string;
  /** A sentence for people. */
  text: string;
  /** Numbers that it is based on. */
  evidence: Record<string, number | string>;
}

/** The state of one flow at one moment, for plots and the status line; at most 10 a second. */
export interface SampleEvent {
  /** Which event this is. */
  type: "sample";
  /** Address of the target. */
  ip: string;
  /** Since the target's scan began. */
  elapsedUs: number;
  /** Packets. */
  cwnd: number;
  /** Packets; Infinity in the first slow start. */
  ssthresh: number;
  /** Packets. */
  inFlight: number;
  /** NaN before the first answer. */
  srttUs: number;
  /** Time-out, µs. */
  rtoUs: number;
  /** Packets per second since the last sample. */
  sendRate: number;
  /** Answers per second since the last sample. */
  replyRate: number;
  /** Totals so far. */
  sent: number;
  /** Valid answers so far. */
  received: number;
  /** Transmissions declared lost so far. */
  lost: number;
  /** Pairs whose state is settled, and all of them. */
  done: number;
  /** All pairs. */
  total: number;
  /** Open ports so far. */
  open: number;
  /** Estimated time to the end; NaN if unknown. */
  remainingUs: number;
  /** What holds the rate down at the moment. */
  limitedBy: "path" | "rate limit" | "max-rate" | "cpu" | "search" | "waiting";
}

/** Something a person should know; the scan goes on. */
export interface WarningEvent {
  /** Which event this is. */
  type: "warning";
  /** Address of the target. */
  ip?: string;
  /** A sentence for people. */
  message: string;
}

/** What was found out about one target; its last event. */
export interface TargetEvent {
  /** Which event this is. */
  type: "target";
  /** Address of the target. */
  ip: string;
  /** The name that the user typed, if it was one. */
  name?: string;
  /** What is known; `unknown` if the scan ended while it was looking for a sign of life. */
  state: "up" | "down" | "unknown";
  /** Why it is held to be up or down; `none` if neither. */
  reason: string;
  /** Ports asked for, ascending; the other columns run parallel. Empty if the target is down. */
  ports: Uint16Array;
  /** {@linkcode PortState} codes. */
  states: Uint8Array;
  /** {@linkcode Reason} codes. */
  reasons: Uint8Array;
  /** TTL of the answer that settled the port; 0 without one. */
  ttls: Uint8Array;
  /** Wall clock. */
  startUs: number;
  /** How long the target took, µs. */
  durationUs: number;
  /** Hardware address of a target on the own link. */
  hardwareAddress?: string;
  /** How the scan went. */
  stats: TargetStats;
  /** Set if the target stopped answering: ports settled until then. */
  stoppedAfter?: number;
  /** Why pairs were left undecided, if any were. */
  undecidedBecause?:
    | "stopped-answering"
    | "host-timeout"
    | "interrupted"
    | "skipped"
    | "no-answer";
}

/** How the scan of one target went. */
export interface TargetStats {
  /** Probes sent. */
  probes: number;
  /** Triggers sent. */
  triggers: number;
  /** Valid answers. */
  replies: number;
  /** Packets that looked like answers but were not: wrong tag, stranger, garbage. */
  stray: number;
  /** Triggers (and tries of pairs that answered later) whose fate is known, and lost ones. */
  lossSamples: number;
  /** Losses among the samples. */
  losses: number;
  /** lost / samples; NaN without samples. */
  lossRate: number;
  /** Silences after which a port counts as filtered. */
  silences: number;
  /** Wrong "filtered" verdicts expected; NaN where no figure can be given. */
  residualError: number;
  /** True where verdicts assume that SYNs fare like echo: no TCP trigger was found. */
  assumesEcho: boolean;
  /** Smoothed round trip, µs. */
  srttUs: number;
  /** Smallest round trip, µs. */
  minRttUs: number;
  /** Largest round trip, µs. */
  maxRttUs: number;
  /** Variation of the round trip, µs. */
  rttvarUs: number;
  /** Time-out, µs. */
  rtoUs: number;
  /** Name of the controller. */
  algorithm: string;
  /** Packets per second over the whole scan of the target. */
  rate: number;
  /** Largest window reached, packets. */
  maxCwnd: number;
}

/** Of the targets of a large scan, so many more turned out to be down; they get no event each. */
export interface DownEvent {
  /** Which event this is. */
  type: "down";
  /** How many. */
  count: number;
  /** Wall clock, µs since 1970. */
  timeUs: number;
}

/** The scan is over. */
export interface EndEvent {
  /** Which event this is. */
  type: "end";
  /** Exit code: 0 complete, 2 pairs undecided, 130 interrupted. */
  exit: number;
  /** Wall clock, µs since 1970. */
  timeUs: number;
  /** Duration, µs. */
  elapsedUs: number;
  /** Targets. */
  targets: number;
  /** Targets that are up. */
  up: number;
  /** Open ports so far. */
  open: number;
  /** Packets handed to the kernel. */
  packetsSent: number;
  /** Packets that the capture delivered. */
  packetsReceived: number;
  /** Packets that the capture lost. */
  captureDropped: number;
}

/** Everything a scan can tell. */
export type ScanEvent =
  | StartEvent
  | TargetUpEvent
  | PortEvent
  | VerdictEvent
  | SampleEvent
  | WarningEvent
  | TargetEvent
  | DownEvent
  | EndEvent;
