/** A preset as a virtual network, ready to be scanned. */
import { Random } from "random";
import { type Preset, PRESET_SCANNER, type PresetParts } from "./preset.ts";
import { type PresetName, PRESETS } from "./presets.ts";
import { ScannerEnd } from "./scanner_end.ts";
import type { VirtualNetwork } from "./sim_scan.ts";
import { Simulator } from "./simulator.ts";

/** A virtual network with all that a scan of it needs. */
export type PresetNetwork = VirtualNetwork & PresetParts;

/** Makes the network of a preset by its name; the seed decides what is random in it. */
export function makePresetNetwork(name: PresetName, seed: number): PresetNetwork {
  return playPreset(PRESETS[name], { seed });
}

/**
 * Makes the network of any preset.
 *
 * @param options.kernelResets False: the scanner's kernel answers no SYN-ACK. @default {true}
 */
export function playPreset(
  preset: Preset,
  options: { readonly seed: number; readonly kernelResets?: boolean },
): PresetNetwork {
  const simulator = new Simulator();
  const { network } = simulator;
  const end = new ScannerEnd(network, options.kernelResets ?? true);
  const parts = preset.attach({ network, end, random: new Random(options.seed) });
  return { ...parts, simulator, end, scanner: PRESET_SCANNER };
}

/** True for the name of a preset. */
export function isPresetName(name: string): name is PresetName {
  return Object.hasOwn(PRESETS, name);
}
