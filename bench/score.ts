/** How right a scanner was: its findings against the truth, pair by pair. */
import { parseRanges } from "../test/lab/ports.ts";
import type { Findings } from "./contender.ts";

/** What a port does to a scanner that asks it. */
export type TrueState = "open" | "closed" | "filtered";

/** What is asked, and the right answers. */
export interface Truth {
  targets: readonly string[];
  ports: readonly number[];
  stateOf(target: string, port: number): TrueState;
}

/** Counts of pairs. A pair that is open and called closed counts as missed and as wrong. */
export interface Score {
  /** Open, and found. */
  openFound: number;
  /** Open, and called something else or nothing. */
  openMissed: number;
  /** Called open, and not so. */
  wrongOpen: number;
  /** Called closed, and not so. */
  wrongClosed: number;
  /** Called filtered, and not so. */
  wrongFiltered: number;
  /** Called nothing, or nothing definite. */
  undecided: number;
}

/** Compares findings with the truth. A port that is named twice counts by its last state. */
export function scoreFindings(findings: Findings, { targets, ports, stateOf }: Truth): Score {
  const score: Score = {
    openFound: 0,
    openMissed: 0,
    wrongOpen: 0,
    wrongClosed: 0,
    wrongFiltered: 0,
    undecided: 0,
  };
  for (const target of targets) {
    const claims = claimsOf(findings.get(target) ?? {});
    for (const port of ports) count(score, claims.get(port), stateOf(target, port));
  }
  return score;
}

/** Pairs that are not what was said of them, or of which nothing was said. */
export function mistakesIn(score: Score): number {
  const { wrongOpen, wrongClosed, wrongFiltered, undecided } = score;
  return wrongOpen + wrongClosed + wrongFiltered + undecided;
}

/** What was said of each port of a target. */
export function claimsOf(states: Readonly<Record<string, string>>): Map<number, string> {
  const claims = new Map<number, string>();
  for (const [state, ranges] of Object.entries(states)) {
    for (const [first, last] of parseRanges(ranges)) {
      for (let port = first; port <= last; port++) claims.set(port, state);
    }
  }
  return claims;
}

/** Counts one pair. */
function count(score: Score, claim: string | undefined, truth: TrueState): void {
  if (truth === "open") {
    if (claim === "open") score.openFound++;
    else score.openMissed++;
  }
  if (claim === truth) return;
  if (claim === "open") score.wrongOpen++;
  else if (claim === "closed") score.wrongClosed++;
  else if (claim === "filtered") score.wrongFiltered++;
  else score.undecided++;
}
