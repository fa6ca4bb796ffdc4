/** What a wire does, as data: it has to travel to the process that does it. */
import type { Network } from "sim/network.ts";
import type { Node } from "sim/node.ts";
import { Path, type PathCounters, type PathOptions } from "sim/path.ts";
import type { PresetParts } from "sim/preset.ts";
import { type PresetName, PRESETS } from "sim/presets.ts";
import { Random } from "random";

/** Stretches of path between two real ends, in the order in which packets pass them. */
export interface PathsPlan {
  readonly kind: "paths";
  readonly out: readonly PathOptions[];
  readonly back: readonly PathOptions[];
  readonly seed: number;
}

/** A preset's network behind one real end. */
export interface PresetPlan {
  readonly kind: "preset";
  readonly preset: PresetName;
  readonly seed: number;
  /** Address of the router that leads there, as a number. */
  readonly gateway: number;
}

/** What stands on a preset's ways, between two real ends. */
export interface PresetPathsPlan {
  readonly kind: "preset-paths";
  readonly preset: PresetName;
  readonly seed: number;
}

/** See the file's comment. */
export type WirePlan = PathsPlan | PresetPlan | PresetPathsPlan;

/** What a plan has become. */
export interface BuiltPaths {
  readonly out: readonly Path[];
  readonly back: readonly Path[];
}

/** Makes the stretches of a plan. */
export function buildPaths({ out, back, seed }: PathsPlan): BuiltPaths {
  const random = new Random(seed);
  const make = (options: PathOptions) => new Path(options, random.fork());
  return { out: out.map(make), back: back.map(make) };
}

/** Attaches a preset, whose answers end at `end`. */
export function buildPreset(
  network: Network,
  end: Node,
  { preset, seed }: PresetPlan | PresetPathsPlan,
): PresetParts {
  return PRESETS[preset].attach({ network, end, random: new Random(seed) });
}

/** The counters of stretches, as they stand. */
export function countersOf({ out, back }: BuiltPaths): {
  out: PathCounters[];
  back: PathCounters[];
} {
  return { out: out.map(({ counters }) => counters), back: back.map(({ counters }) => counters) };
}
