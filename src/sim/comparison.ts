/** Verdicts beside the truth: the simulator knows what each port does, a scan only says so. */
import { assert } from "assertion";
import { PortState } from "engine/port_state.ts";
import type { TargetEvent } from "scan/event.ts";
import type { TargetSet } from "scan/target_set.ts";
import { ipv4ToNumber, parseIpv4 } from "wire/address.ts";

/** What is true of a virtual network. Addresses are unsigned 32-bit numbers. */
export interface Truth {
  /** True if something at this address answers anything at all. */
  isUp(address: number): boolean;
  /** What a scanner that loses nothing finds out: open, closed or filtered. */
  stateOf(address: number, port: number): PortState;
}

/** Counts of pairs, where nothing else is said. */
export interface Comparison {
  /** Verdicts that are true. */
  right: number;
  /** Called open, and are not. */
  falselyOpen: number;
  /** Called closed, and are not. */
  falselyClosed: number;
  /** Called filtered although they answer: the error that a scan announces. */
  missed: number;
  /** The open ones among these. */
  missedOpen: number;
  /** Without a verdict. */
  undecided: number;
  /** Targets not called up although they answer; their pairs count nowhere else. */
  missedTargets: number;
  /** Targets said to have answered although nothing is there. */
  ghosts: number;
}

/** Compares the verdicts on some targets with the truth. */
export function compareVerdicts(targets: readonly TargetEvent[], truth: Truth): Comparison {
  const comparison: Comparison = {
    right: 0,
    falselyOpen: 0,
    falselyClosed: 0,
    missed: 0,
    missedOpen: 0,
    undecided: 0,
    missedTargets: 0,
    ghosts: 0,
  };
  for (const target of targets) compareTarget(target, truth, comparison);
  return comparison;
}

/**
 * Adds to a comparison the targets that a scan passed over in silence, as it does with many that
 * are down: those that would have answered on a port that was asked.
 */
export function addUntold(
  comparison: Comparison,
  asked: { readonly targets: TargetSet; readonly ports: Uint16Array },
  { told, truth }: { readonly told: readonly TargetEvent[]; readonly truth: Truth },
): void {
  const named = new Set(told.map(({ ip }) => addressOf(ip)));
  const { v4 } = asked.targets;
  for (let place = 0; place < v4.size; place++) {
    const address = v4.at(place);
    if (named.has(address) || !truth.isUp(address)) continue;
    const answers = asked.ports.some((port) => truth.stateOf(address, port) !== PortState.FILTERED);
    if (answers) comparison.missedTargets++;
  }
}

/** Verdicts of all kinds that are not true; what was left undecided is none. */
export function countWrong(comparison: Comparison): number {
  return comparison.falselyOpen + comparison.falselyClosed + comparison.missed;
}

function compareTarget(target: TargetEvent, truth: Truth, comparison: Comparison): void {
  const address = addressOf(target.ip);
  const isUp = truth.isUp(address);
  if (target.state === "down" && isUp) comparison.missedTargets++;
  if (target.state === "up" && target.reason !== "user-set" && !isUp) comparison.ghosts++;
  target.ports.forEach((port, at) => {
    const verdict = target.states[at]! as PortState;
    comparePair(verdict, truth.stateOf(address, port), comparison);
  });
}

function addressOf(ip: string): number {
  const bytes = parseIpv4(ip);
  assert(bytes !== undefined, "Virtual targets have IPv4 addresses");
  return ipv4ToNumber(bytes);
}

function comparePair(verdict: PortState, state: PortState, comparison: Comparison): void {
  if (verdict === PortState.UNKNOWN) {
    comparison.undecided++;
  } else if (verdict === state || isPartlyRight(verdict, state)) {
    comparison.right++;
  } else if (verdict === PortState.OPEN) {
    comparison.falselyOpen++;
  } else if (verdict === PortState.CLOSED) {
    comparison.falselyClosed++;
  } else {
    comparison.missed++;
    if (state === PortState.OPEN) comparison.missedOpen++;
  }
}

/** "closed|filtered" says that a port is not open. */
function isPartlyRight(verdict: PortState, state: PortState): boolean {
  return verdict === PortState.CLOSED_FILTERED && state !== PortState.OPEN;
}
