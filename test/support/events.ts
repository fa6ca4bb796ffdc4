/** Events of a scan, for tests of reports and of the command line: full ones, changed in part. */
import { PORT_COUNT } from "units";
import { PortState, Reason } from "engine/port_state.ts";
import type { FormatOptions } from "report/format.ts";
import type {
  EndEvent,
  PortEvent,
  SampleEvent,
  StartEvent,
  TargetEvent,
  TargetStats,
  TargetUpEvent,
} from "scan/event.ts";

/** Wall clock of all test events: 2026-01-02 03:04:05 UTC, µs. */
export const WALL_US = Date.UTC(2026, 0, 2, 3, 4, 5) * 1_000;

/** Options of formats as they are without any flag; times are written as plain numbers. */
export const FORMAT_OPTIONS: FormatOptions = {
  verbosity: 0,
  debugLevel: 0,
  showsTtl: false,
  openOnly: false,
  dateText: (timeUs) => `time ${timeUs}`,
};

/** What is known about one port of a test target. */
export type PortFact = [port: number, state: PortState, reason: Reason, ttl?: number];

/** The beginning of a scan. */
export function makeStart(changes: Partial<StartEvent> = {}): StartEvent {
  return {
    type: "start",
    version: "1.2.3",
    args: "portbunny 192.0.2.10",
    seed: 7,
    timeUs: WALL_US,
    targets: 1,
    plan: "each",
    ports: Uint16Array.of(22, 80),
    ...changes,
  };
}

/** A sign of life. */
export function makeUp(changes: Partial<TargetUpEvent> = {}): TargetUpEvent {
  return {
    type: "target-up",
    ip: "192.0.2.10",
    reason: "echo-reply",
    ttl: 64,
    rttUs: 2_100,
    ...changes,
  };
}

/** An open port. */
export function makeOpen(port: number): PortEvent {
  return {
    type: "port",
    ip: "192.0.2.10",
    port,
    state: "open",
    reason: "syn-ack",
    ttl: 64,
    rttUs: 2_050.4,
    timeUs: WALL_US + 5_000,
  };
}

/** A flow half-way. */
export function makeSample(changes: Partial<SampleEvent> = {}): SampleEvent {
  return {
    type: "sample",
    ip: "192.0.2.10",
    elapsedUs: 1_000_000,
    cwnd: 64.123,
    ssthresh: Infinity,
    inFlight: 60,
    srttUs: 2_100,
    rtoUs: 200_000,
    sendRate: 30_000,
    replyRate: 3_000,
    sent: 30_000,
    received: 3_000,
    lost: 30,
    done: 25_000,
    total: 50_000,
    open: 3,
    remainingUs: 12_000_000,
    limitedBy: "path",
    ...changes,
  };
}

/** A finished target with these ports. */
export function makeTarget(facts: PortFact[], changes: Partial<TargetEvent> = {}): TargetEvent {
  return {
    type: "target",
    ip: "192.0.2.10",
    state: "up",
    reason: "echo-reply",
    ports: Uint16Array.from(facts, ([port]) => port),
    states: Uint8Array.from(facts, ([, state]) => state),
    reasons: Uint8Array.from(facts, ([, , reason]) => reason),
    ttls: Uint8Array.from(facts, ([, , , ttl = 0]) => ttl),
    startUs: WALL_US,
    durationUs: 3_210_000,
    stats: makeStats(),
    ...changes,
  };
}

/** All ports of a mostly filtered machine: 22 and 80 open, 113 closed, the rest silent. */
export function filteredFacts(): PortFact[] {
  return Array.from({ length: PORT_COUNT - 1 }, (_, index): PortFact => {
    const port = index + 1;
    if (port === 22 || port === 80) return [port, PortState.OPEN, Reason.SYN_ACK, 64];
    if (port === 113) return [port, PortState.CLOSED, Reason.RESET, 63];
    return [port, PortState.FILTERED, Reason.NO_RESPONSE];
  });
}

/** How a scan went that went well. */
export function makeStats(changes: Partial<TargetStats> = {}): TargetStats {
  return {
    probes: 131_000,
    triggers: 9_231,
    replies: 9_222,
    stray: 0,
    lossSamples: 9_231,
    losses: 9,
    lossRate: 0.000975,
    silences: 2,
    residualError: 0.000312,
    assumesEcho: false,
    srttUs: 2_100,
    minRttUs: 2_000,
    maxRttUs: 9_000,
    rttvarUs: 100,
    rtoUs: 200_000,
    algorithm: "reno",
    rate: 43_686,
    maxCwnd: 812,
    ...changes,
  };
}

/** The end of a scan. */
export function makeEnd(changes: Partial<EndEvent> = {}): EndEvent {
  return {
    type: "end",
    exit: 0,
    timeUs: WALL_US + 3_300_000,
    elapsedUs: 3_300_000,
    targets: 1,
    up: 1,
    open: 2,
    packetsSent: 140_231,
    packetsReceived: 9_222,
    captureDropped: 0,
    ...changes,
  };
}
