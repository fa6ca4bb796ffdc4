/** Which presets are run how often, and how long anybody is waited for. */
import { type PresetName, PRESETS } from "sim/presets.ts";
import type { Contender } from "./contender.ts";
import { ROSTER } from "./contenders/roster.ts";
import { median } from "./statistics.ts";

/** See the file's comment. */
export interface Plan {
  /** Its results are kept under this name. */
  name: "quick" | "full";
  presets: readonly PresetName[];
  contenders: readonly Contender[];
  rounds: number;
  /** A contender is ended after so many times our median time … */
  timesOurs: number;
  /** … or after so long, ms. */
  mostMs: number;
  /** Trials begin until so much time has passed, ms. */
  budgetMs: number;
}

/** Fifteen minutes: nobody waits longer for one host. */
const MOST_MS = 900_000;

/** All presets; takes hours. */
export const FULL: Plan = {
  name: "full",
  presets: Object.keys(PRESETS) as PresetName[],
  contenders: ROSTER,
  rounds: 3,
  timesOurs: 20,
  mostMs: MOST_MS,
  budgetMs: Infinity,
};

/** One round where most can be seen in five minutes; whoever is slow is not waited for long. */
export const QUICK: Plan = {
  name: "quick",
  presets: ["lan-closed", "lan-filtered", "internet-filtered-100", "lossy"],
  contenders: ROSTER,
  rounds: 1,
  timesOurs: 20,
  mostMs: 15_000,
  budgetMs: 270_000,
};

/** A contender gets so much time at least, ms: some wait for seconds before they end. */
const LEAST_MS = 10_000;

/** How long a contender may take, ms, where our times at that preset are these. */
export function patience({ timesOurs, mostMs }: Plan, ours: readonly number[]): number {
  if (ours.length === 0) return mostMs;
  return Math.min(mostMs, Math.max(LEAST_MS, timesOurs * median(ours)));
}

/**
 * Those of `all` whose names are wanted, or all if nothing is said.
 *
 * @throws {RangeError} If a name is not among them.
 */
export function chooseByName<T>(
  all: readonly T[],
  wanted: readonly string[] | undefined,
  { what, nameOf }: { what: string; nameOf: (each: T) => string },
): readonly T[] {
  if (wanted === undefined) return all;
  for (const name of wanted) {
    if (all.some((each) => nameOf(each) === name)) continue;
    const names = all.map(nameOf).join(", ");
    throw new RangeError(`There is no ${what} "${name}"; there are: ${names}`);
  }
  return all.filter((each) => wanted.includes(nameOf(each)));
}
