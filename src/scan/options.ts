/** What a scan is asked to do, parsed and checked: everything behind this file can rely on it. */

import type { Shard } from "./target_queue.ts";
import type { ScanControl } from "./control.ts";
import type { TargetSpec } from "./target_spec.ts";
import type { TargetSet } from "./target_set.ts";

/** Options of a scan. Durations are µs, rates packets per second. */
export interface ScanOptions {
  /** Targets: a few one by one, or a set of blocks, which is never expanded. */
  targets: readonly TargetSpec[] | TargetSet;
  /** Ports to ask, ascending, without repeats. */
  ports: Uint16Array;
  /**
   * True: do not search for a sign of life first, scan anyway (`-Pn`).
   * @default {false}
   */
  skipSearch?: boolean;
  /**
   * True: only find out whether targets are up (`-sn`).
   * @default {false}
   */
  searchOnly?: boolean;
  /**
   * Which part of the targets to scan, where several scans divide them.
   * @default {{ index: 1, count: 1 }} All.
   */
  shard?: Shard;
  /** Name of the interface to use (`-e`). */
  interfaceName?: string;
  /** Source address, 4 or 16 bytes (`-S`). */
  source?: Uint8Array;
  /** One source port for everything (`-g`). */
  sourcePort?: number;
  /**
   * At most so many packets per second.
   * @default {Infinity}
   */
  maxRate?: number;
  /**
   * Targets that are scanned at the same time, at most.
   * @default {64}
   */
  maxActive?: number;
  /**
   * How often a silent port is asked at the most, the first time not counted.
   * @default {10}
   */
  maxRetries?: number;
  /**
   * Silences that it takes at least to call a port filtered.
   * @default {2}
   */
  minSilences?: number;
  /**
   * Wrong "filtered" verdicts that the user accepts per target.
   * @default {0.01}
   */
  maxError?: number;
  /** Give up on a target after so many µs; what is known is reported. */
  hostTimeoutUs?: number;
  /**
   * True: only open ports matter (`--open`).
   * @default {false}
   */
  openOnly?: boolean;
  /**
   * Timing algorithm and its arguments: see `engine/congestion/registry.ts`.
   * @default {DEFAULT_TIMING}
   */
  timing?: string;
  /** Seed of everything random but the key of the tags. Drawn if not given. */
  seed?: number;
  /** What the user typed, for the record. */
  args?: string;
  /**
   * Emit `sample` events.
   * @default {true}
   */
  samples?: boolean;
  /** Where the worker's module is. Default: `ffi/worker.ts` beside the library, or this program. */
  workerUrl?: string;
  /** Ends the scan early; what is known is reported. */
  signal?: AbortSignal;
  /** Pauses it, skips targets, sets another rate: see there. */
  control?: ScanControl;
}
