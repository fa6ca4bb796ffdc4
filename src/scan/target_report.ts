/** What the reports of targets have in common, whether a target had a flow of its own or not. */
import type { FlowEnd } from "engine/event.ts";
import type { FlowStats } from "engine/flow.ts";
import { SECOND } from "units";
import type { ScanEvent, TargetEvent, TargetStats } from "./event.ts";
import type { TargetSpec } from "./target_spec.ts";

/** What a target's scan needs from the scan as a whole. */
export interface TargetContext {
  /** CLOCK_REALTIME − CLOCK_MONOTONIC, µs. */
  readonly epoch: number;
  readonly maxRate: number;
  /** True while this worker has no time to spare. */
  readonly isBusy: boolean;
  readonly samples: boolean;
  /** True if targets are held to be up whether they answer or not. */
  readonly skipSearch: boolean;
  /** True if only signs of life were asked for: no port is reported. */
  readonly searchOnly: boolean;
  readonly emit: (event: ScanEvent) => void;
}

/** Figures of a target that had no flow of its own. */
const NO_STATS: TargetStats = {
  probes: 0,
  triggers: 0,
  replies: 0,
  stray: 0,
  lossSamples: 0,
  losses: 0,
  lossRate: NaN,
  silences: 0,
  residualError: NaN,
  assumesEcho: false,
  srttUs: NaN,
  minRttUs: NaN,
  maxRttUs: NaN,
  rttvarUs: NaN,
  rtoUs: NaN,
  algorithm: "none",
  rate: NaN,
  maxCwnd: 0,
};

/** The columns of a report. */
export type PortColumns = Pick<TargetEvent, "ports" | "states" | "reasons" | "ttls">;

/** The columns of a report, when no port is reported. */
function emptyColumns(): PortColumns {
  return {
    ports: new Uint16Array(),
    states: new Uint8Array(),
    reasons: new Uint8Array(),
    ttls: new Uint8Array(),
  };
}

/** The report of a target of which only is known whether it is up. */
export function targetWithoutPorts(
  { ip, name }: TargetSpec,
  { state, reason, timeUs }: { state: "up" | "down"; reason: string; timeUs: number },
): TargetEvent {
  return {
    type: "target",
    ip,
    ...(name === undefined ? {} : { name }),
    state,
    reason,
    ...emptyColumns(),
    startUs: timeUs,
    durationUs: 0,
    stats: NO_STATS,
  };
}

/** Why pairs were left undecided, if any were. */
export function undecidedReason(
  because: FlowEnd | "host-timeout" | "interrupted" | "skipped",
  isOpenEnded: boolean,
): TargetEvent["undecidedBecause"] {
  if (!isOpenEnded) return undefined;
  switch (because) {
    case "stopped-answering":
    case "host-timeout":
    case "interrupted":
    case "skipped":
    case "no-answer":
      return because;
    case "given-up":
      return "interrupted";
    default:
      return "no-answer";
  }
}

/** How a flow went, for the report; `duration` in µs. */
export function summarize(stats: FlowStats, duration: number): TargetStats {
  const sent = stats.probes + stats.triggers;
  return {
    probes: stats.probes,
    triggers: stats.triggers,
    replies: stats.replies,
    stray: stats.stray,
    lossSamples: stats.lossSamples,
    losses: stats.losses,
    lossRate: stats.lossSamples > 0 ? stats.losses / stats.lossSamples : NaN,
    silences: stats.silences,
    residualError: stats.residualError,
    assumesEcho: stats.assumesEcho,
    srttUs: stats.srtt,
    minRttUs: stats.minRtt,
    maxRttUs: stats.maxRtt,
    rttvarUs: stats.rttvar,
    rtoUs: stats.rto,
    algorithm: stats.algorithm,
    rate: duration > 0 ? (sent * SECOND) / duration : NaN,
    maxCwnd: stats.maxCwnd,
  };
}
