/**
 * Presets whose conditions are the network's alone, so that a real Linux host can take the place of
 * the simulated one, and what its ports have to do then.
 */
import { PortState } from "engine/port_state.ts";
import type { PresetParts } from "sim/preset.ts";
import { makePresetNetwork } from "sim/preset_network.ts";
import type { PresetName } from "sim/presets.ts";
import { type PortPlan, rangesOf } from "./ports.ts";

/** Their hosts differ from a Linux host in nothing but ports. */
const PATH_PRESETS = [
  "lan-closed",
  "lan-filtered",
  "internet-filtered",
  "internet-filtered-100",
  "internet-closed",
  "lossy",
  "lossy-bursts",
  "long-fat",
  "dsl-near",
  "dsl-far",
  "policed",
  "policed-filtered",
  "policed-slow",
  "policed-filtered-slow",
  "qos",
] as const satisfies readonly PresetName[];

/** Name of such a preset. */
export type PathPreset = (typeof PATH_PRESETS)[number];

/** A preset, of which the seed decides what is random. */
export interface SeededPreset {
  readonly name: PathPreset;
  readonly seed: number;
}

/** What the ports of a preset's host do; those that nobody asks are closed. */
export function portPlanOf({ name, seed }: SeededPreset): PortPlan {
  const { targets, ports, truth }: PresetParts = makePresetNetwork(name, seed);
  const address = targets.v4.at(0);
  const inState = (state: PortState) =>
    [...ports].filter((port) => truth.stateOf(address, port) === state);
  return {
    open: inState(PortState.OPEN),
    dropped: rangesOf(inState(PortState.FILTERED)),
    reset: [],
    prohibited: [],
  };
}
