/** One field of the result tables: a controller scans a preset, with some seeds. */
import { median } from "../../bench/statistics.ts";
import { countWrong } from "sim/comparison.ts";
import { makePresetNetwork } from "sim/preset_network.ts";
import type { PresetName } from "sim/presets.ts";
import { simScan } from "sim/sim_scan.ts";
import { SECOND } from "units";

/** Virtual seconds after which a scan is given up: the table says "> 3600". */
export const TIME_CAP = 3_600;

/** What came of one scan, or of several. */
export interface Cell {
  /** Virtual time, s; Infinity beyond the cap. */
  readonly seconds: number;
  /** The shortest time possible, s. */
  readonly limit: number;
  readonly packetsPerPair: number;
  /** Packets that were dropped because the scan sent too fast, as a share of all. */
  readonly lossCaused: number;
  /** Wrong verdicts of all kinds. */
  readonly wrong: number;
  /** Wrong verdicts that the scans announced. */
  readonly announced: number;
  /** Pairs without a verdict. */
  readonly undecided: number;
  /** Targets that answer and were not called up: their pairs count nowhere else. */
  readonly missed: number;
}

/** Scans a preset once; the seed decides about network and scanner. */
export function runCell(preset: PresetName, timing: string, seed: number): Cell {
  const network = makePresetNetwork(preset, seed);
  const { targets, ports } = network;
  const result = simScan(network, {
    targets,
    ports,
    timing,
    seed,
    samples: false,
    timeLimit: TIME_CAP * SECOND,
  });
  return {
    seconds: result.isFinished ? result.elapsed / SECOND : Infinity,
    limit: network.limit() / SECOND,
    packetsPerPair: result.sent / (targets.size * ports.length),
    lossCaused: result.overflowed / result.sent,
    wrong: countWrong(result.verdicts),
    announced: result.announced,
    undecided: result.verdicts.undecided,
    missed: result.verdicts.missedTargets,
  };
}

/** Several scans as one: medians of what varies, means of what is counted. */
export function combineCells(cells: readonly Cell[]): Cell {
  const middle = (key: keyof Cell) => median(cells.map((cell) => cell[key]));
  const mean = (key: keyof Cell) => cells.reduce((sum, cell) => sum + cell[key], 0) / cells.length;
  return {
    seconds: middle("seconds"),
    limit: middle("limit"),
    packetsPerPair: middle("packetsPerPair"),
    lossCaused: middle("lossCaused"),
    wrong: mean("wrong"),
    announced: mean("announced"),
    undecided: mean("undecided"),
    missed: mean("missed"),
  };
}
