/** A preset as a virtual network, ready to be scanned. */
import { Random } from "random";
import { PRESET_SCANNER, type PresetParts } from "./preset.ts";
import { type PresetName, PRESETS } from "./presets.ts";
import { ScannerEnd } from "./scanner_end.ts";
import type { VirtualNetwork } from "./sim_scan.ts";
import { Simulator } from "./simulator.ts";

/** Makes the network of a preset; the seed decides what is random in it. */
export function makePresetNetwork(name: PresetName, seed: number): VirtualNetwork & PresetParts {
  const simulator = new Simulator();
  const { network } = simulator;
  const end = new ScannerEnd(network, true);
  const parts = PRESETS[name].attach({ network, end, random: new Random(seed) });
  return { ...parts, simulator, end, scanner: PRESET_SCANNER };
}

/** True for the name of a preset. */
export function isPresetName(name: string): name is PresetName {
  return Object.hasOwn(PRESETS, name);
}
