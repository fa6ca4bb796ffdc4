/** One random network, scanned under the eyes of all checkers. */
import type { ScanEvent } from "scan/event.ts";
import { playPreset, type PresetNetwork } from "sim/preset_network.ts";
import { simScan, type SimScanResult } from "sim/sim_scan.ts";
import { HOST_ADDRESS } from "sim/scenario.ts";
import { SECOND } from "units";
import { BoundsCheck } from "../support/check/bounds_check.ts";
import type { Checker } from "../support/check/checker.ts";
import { PairsCheck } from "../support/check/pairs_check.ts";
import { StrangerCheck } from "../support/check/stranger_check.ts";
import { TimeCheck } from "../support/check/time_check.ts";
import { checkTruth } from "../support/check/truth_check.ts";
import { VerdictCheck } from "../support/check/verdict_check.ts";
import { WindowCheck } from "../support/check/window_check.ts";
import { drawNetwork, type RandomNetwork } from "./random_network.ts";

/** What came of a seed. */
export interface SeedReport {
  readonly seed: number;
  readonly words: readonly string[];
  /** Undefined if a rule was broken before the end. */
  readonly result?: SimScanResult;
  /** The rule that was broken. */
  readonly breach?: Error;
}

/** Time in which the end must have been noticed: a search, a silence of 15 s, and room for both. */
const BASE_TIME = 60 * SECOND;

/** Multiple of the shortest possible time: controllers that find nothing to go by are slow. */
const SLOWNESS = 200;

/** Answers in a row that a pair may wait for, with tries that were uncertain. */
const WAITS = 8;

/** The longest time that a scan may take. */
function explainedTime(drawn: RandomNetwork, network: PresetNetwork): number {
  const waiting = WAITS * network.ports.length * drawn.slowestAnswer;
  return BASE_TIME + SLOWNESS * network.limit() + waiting;
}

/** Runs one seed; `onEvent` sees what the scan tells. */
export function runSeed(seed: number, onEvent?: (event: ScanEvent) => void): SeedReport {
  const drawn = drawNetwork(seed);
  const { preset, kernelResets, words } = drawn;
  const network = playPreset(preset, { seed, kernelResets });
  const truth = {
    truth: network.truth,
    addressOf: () => HOST_ADDRESS,
    isRejected: (_address: number, port: number) => drawn.isRejected(port),
  };
  const longest = explainedTime(drawn, network);
  const checkers: Checker[] = [
    new WindowCheck(),
    new PairsCheck(),
    new VerdictCheck((flow, pair) => checkTruth(flow, pair, truth)),
    new StrangerCheck(network, () => HOST_ADDRESS),
    new BoundsCheck(network),
    new TimeCheck(longest),
  ];
  try {
    const result = simScan(network, {
      ...drawn.scan,
      targets: network.targets,
      ports: network.ports,
      timeLimit: longest,
      onEvent: (event) => {
        onEvent?.(event);
        checkers.forEach((checker) => checker.onEvent?.(event));
      },
      onStep: (worker) => checkers.forEach((checker) => checker.afterStep?.(worker)),
    });
    checkers.forEach((checker) => checker.atEnd?.(result));
    return { seed, words, result };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { seed, words, breach: error };
  }
}
