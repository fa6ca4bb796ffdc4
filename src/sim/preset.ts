/**
 * What a preset is: a network condition with a name and frozen numbers. It attaches itself to any
 * network whose answers end at any node, so that virtual scans and a wire for real packets can play
 * the same one. The presets themselves are in `presets.ts`.
 */
import type { Random } from "random";
import type { TargetSet } from "scan/target_set.ts";
import type { Micros } from "units";
import { ipv4ToNumber } from "wire/address.ts";
import type { Truth } from "./comparison.ts";
import type { Network } from "./network.ts";
import type { Node } from "./node.ts";

/** Where the scanner is: in a block for benchmarks (RFC 2544), apart from all targets. */
export const PRESET_SCANNER: number = ipv4ToNumber(Uint8Array.of(198, 19, 0, 1));

/** Where a preset is to be attached. */
export interface PresetPlace {
  readonly network: Network;
  /** Takes what comes back. */
  readonly end: Node;
  /** Everything random in the preset comes from here. */
  readonly random: Random;
}

/** A preset that has been attached. */
export interface PresetParts {
  readonly targets: TargetSet;
  /** Ports to ask. */
  readonly ports: Uint16Array;
  readonly truth: Truth;
  /** Packets of minimal size per second that get through to a target that is asked steadily. */
  readonly rate: number;
  /** Packets that were dropped because somebody sent too fast, so far. */
  overflowed(): number;
  /**
   * The shortest time that a scan can take here, µs: a question for each pair that answers and two
   * for each that does not, at the rate of the slowest part of the path, and one round trip.
   */
  limit(): Micros;
}

/** See the file's comment. */
export interface Preset {
  /** What it is like, for people. */
  readonly about: string;
  /** Attaches it. */
  attach(place: PresetPlace): PresetParts;
}
