/** The status of a scan as lines that stay: for people, in nmap's words, and for programs. */
import { safeJson } from "report/escape.ts";
import {
  counted,
  formatClock,
  formatCount,
  formatDuration,
  formatPercent,
} from "report/numbers.ts";
import { SECOND } from "units";
import type { Snapshot } from "./progress.ts";

/** What a scan is doing, in one word. */
export type ScanState = "running" | "paused" | "stopping" | "done";

/** Three lines for people: how far, how fast, and why not faster. */
export function statusLines(snapshot: Snapshot, state: ScanState): string[] {
  const { elapsedUs, finished, up, running, share, remainingUs, limitedBy, srttUs } = snapshot;
  const targets = `${counted(finished, "host")} completed (${formatCount(up)} up)`;
  const word = state === "running" ? "undergoing SYN scan" : state;
  const isKnown = Number.isFinite(remainingUs) && state === "running";
  const left = isKnown ? `, ${formatClock(remainingUs)} left` : "";
  return [
    `Stats: ${formatClock(wholeSeconds(elapsedUs))} elapsed; ${targets}, ${
      formatCount(running)
    } ${word}`,
    `SYN scan: about ${(share * 100).toFixed(2)}% done${left}; ${formatCount(snapshot.open)} open`,
    [
      `Path: ${formatCount(snapshot.rate)} packets/s`,
      `${formatPercent(lossOf(snapshot))} lost`,
      `cwnd ${formatCount(snapshot.cwnd)}`,
      ...Number.isFinite(srttUs) ? [`RTT ${formatDuration(srttUs)}`] : [],
      ...limitedBy === "" ? [] : [`limited by: ${limitedBy}`],
    ].join(", "),
  ];
}

/** One line for programs: an object of type `status`. */
export function statusJson(snapshot: Snapshot, state: ScanState): string {
  return safeJson({
    type: "status",
    state,
    elapsed_us: Math.round(snapshot.elapsedUs),
    percent: Number((snapshot.share * 100).toFixed(2)),
    remaining_us: Math.round(snapshot.remainingUs),
    targets: snapshot.targets,
    finished: snapshot.finished,
    up: snapshot.up,
    running: snapshot.running,
    open: snapshot.open,
    rate: Math.round(snapshot.rate),
    loss: Number(lossOf(snapshot).toFixed(6)),
    cwnd: Number(snapshot.cwnd.toFixed(2)),
    in_flight: snapshot.inFlight,
    srtt_us: Math.round(snapshot.srttUs),
    limited_by: snapshot.limitedBy === "" ? null : snapshot.limitedBy,
  });
}

/** Time that has passed is rounded down, unlike time that is left. */
function wholeSeconds(elapsedUs: number): number {
  return Math.floor(elapsedUs / SECOND) * SECOND;
}

function lossOf({ sent, lost }: Snapshot): number {
  return sent > 0 ? lost / sent : 0;
}
