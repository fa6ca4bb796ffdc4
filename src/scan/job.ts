/** From the options of a scan to a job that a runner can start on: checked, defaults filled in. */
import { DEFAULT_TIMING, makeController } from "engine/congestion/registry.ts";
import type { Job } from "./messages.ts";
import type { ScanOptions } from "./options.ts";
import { rankedPorts } from "./services.ts";
import { shardSize } from "./target_queue.ts";
import { TargetSet } from "./target_set.ts";

/** Likely-open ports that are asked first. */
const LIKELY_PORTS = 100;

/** Targets with flows of their own at once: beyond that their smallest windows are too much. */
const DEFAULT_MAX_ACTIVE = 64;

/**
 * Fills every default of the options in.
 *
 * @param drawn The seed that is used if none is given, and the key of the tags.
 * @throws {RangeError} If an option is out of its range.
 */
export function makeJob(
  options: ScanOptions,
  drawn: { readonly seed: number; readonly key: readonly [number, number] },
): Job {
  makeController(options.timing ?? DEFAULT_TIMING);
  const targets = options.targets instanceof TargetSet
    ? options.targets
    : TargetSet.ofSpecs(options.targets);
  if (targets.size === 0) throw new RangeError("Cannot scan: no target is given");
  const shard = options.shard ?? { index: 1, count: 1 };
  if (shardSize(targets.size, shard) === 0) {
    throw new RangeError(`Cannot scan: ${shard.count} shards are more than there are targets`);
  }
  if (options.ports.length === 0) throw new RangeError("Cannot scan: no port is given");
  checkRange("maxRate", options.maxRate ?? Infinity, Number.MIN_VALUE);
  checkRange("maxActive", options.maxActive ?? 1, 1);
  checkRange("maxRetries", options.maxRetries ?? 0, 0);
  checkRange("minSilences", options.minSilences ?? 1, 1);
  checkRange("maxError", options.maxError ?? 1, Number.MIN_VALUE);
  checkRange("hostTimeoutUs", options.hostTimeoutUs ?? Infinity, 0);
  return {
    targets: targets.data,
    shard,
    ports: options.ports,
    likelyPorts: [...rankedPorts().subarray(0, LIKELY_PORTS)],
    skipSearch: options.skipSearch ?? false,
    searchOnly: options.searchOnly ?? false,
    interfaceName: options.interfaceName,
    source: options.source,
    sourcePort: options.sourcePort,
    maxRate: options.maxRate ?? Infinity,
    maxActive: options.maxActive ?? DEFAULT_MAX_ACTIVE,
    maxRetries: options.maxRetries ?? 10,
    minSilences: options.minSilences ?? 2,
    maxError: options.maxError ?? 0.01,
    hostTimeoutUs: options.hostTimeoutUs ?? Infinity,
    timing: options.timing ?? DEFAULT_TIMING,
    // All shards of a job have to agree on the order, so it follows from what they were asked.
    seed: options.seed ?? (shard.count > 1 ? seedOf(targets, options.ports) : drawn.seed),
    key: drawn.key,
    samples: options.samples ?? true,
  };
}

/** A seed from targets and ports (FNV-1a): the same words give the same order everywhere. */
function seedOf(targets: TargetSet, ports: Uint16Array): number {
  const { firsts, lasts } = targets.v4.columns;
  const columns = [firsts, lasts, ports, ...targets.v6];
  let hash = 0x811c9dc5;
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) hash = Math.imul(hash ^ column[i]!, 0x01000193);
  }
  return hash >>> 0;
}

function checkRange(name: keyof ScanOptions, value: number, least: number): void {
  if (value >= least) return;
  throw new RangeError(`Cannot use ${value} as ${name}: it must be at least ${least}`);
}
