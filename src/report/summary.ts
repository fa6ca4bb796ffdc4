/** The sentences about how the scan of a target went, and what is left in doubt. */
import { PortState } from "engine/port_state.ts";
import type { EndEvent, TargetEvent } from "scan/event.ts";
import { counted, formatCount, formatDuration, formatError, formatPercent } from "./numbers.ts";
import { formatRanges } from "./ranges.ts";

/** Longest list of ports that a sentence can bear; the machine-readable formats have all. */
const RANGES_WIDTH = 60;

/**
 * One line: packets, time, rate, loss, RTT, algorithm; and the error that is left in silence taken
 * for a filter, if there is any.
 */
export function scanSummary({ stats, durationUs, states }: TargetEvent): string {
  const packets = counted(stats.probes + stats.triggers, "packet");
  const parts = [
    `${packets} in ${formatDuration(durationUs)} (${formatCount(stats.rate)}/s)`,
    lossText(stats),
    ...Number.isFinite(stats.srttUs) ? [`RTT ${formatDuration(stats.srttUs)}`] : [],
    stats.algorithm,
  ];
  const isInDoubt = states.includes(PortState.FILTERED);
  return `Scan: ${parts.join(", ")}${isInDoubt ? `; ${errorText(stats)}` : ""}`;
}

function lossText({ lossRate, lossSamples }: TargetEvent["stats"]): string {
  return lossSamples === 0 || Number.isNaN(lossRate)
    ? "loss unknown"
    : `${formatPercent(lossRate)} loss`;
}

function errorText({ residualError, assumesEcho }: TargetEvent["stats"]): string {
  if (assumesEcho) return "assumes SYNs fare like echo";
  if (Number.isNaN(residualError)) return "expected wrong verdicts: no figure";
  return `expected wrong verdicts: ${formatError(residualError)}`;
}

/** One line about ports without a verdict, or nothing if there are none. */
export function undecidedText(target: TargetEvent, undecided: readonly number[]): string {
  if (undecided.length === 0) return "";
  const decided = target.ports.length - undecided.length;
  const ranges = formatRanges(undecided);
  const list = ranges.length <= RANGES_WIDTH ? ` (${ranges})` : "";
  const rest = `${counted(undecided.length, "port")} undecided${list}`;
  switch (target.undecidedBecause) {
    case "stopped-answering":
      return `Stopped answering after ${counted(target.stoppedAfter ?? decided, "port")}: ${rest}`;
    case "host-timeout":
      return `Host timeout after ${formatDuration(target.durationUs)}: ${rest}`;
    case "interrupted":
      return `Interrupted: ${rest}`;
    case "skipped":
      return `Skipped: ${rest}`;
    case "no-answer":
      return `Nothing answered: ${rest}`;
    default:
      return `Not decided: ${rest}`;
  }
}

/** The last line, as nmap words it. */
export function endSummary({ targets, up, elapsedUs }: EndEvent): string {
  const seconds = (elapsedUs / 1e6).toFixed(2);
  return `PortBunny done: ${counted(targets, "IP address")} ` +
    `(${counted(up, "host")} up) scanned in ${seconds} seconds`;
}
