/**
 * How a job's targets are gone about. The rule is stated in the summary of a scan, so it is simple:
 * a few targets are scanned each for itself; few ports on many targets are asked of all of them as
 * one flow; otherwise those that are up are found by a search over all, and then scanned.
 */
import type { Job } from "./messages.ts";
import { TargetQueue } from "./target_queue.ts";

/** The ways. */
export type Plan = "each" | "search" | "wide";

/** Targets up to so many are scanned each for itself: there is nothing to gain from a search. */
const FEW_TARGETS = 8;

/** From here on targets are many: enough of them will answer to clock a flow. */
const MANY_TARGETS = 64;

/** Ports up to so many are few: asking them costs less than asking for a sign of life first. */
const FEW_PORTS = 8;

/** The way for a job. */
export function planOf(job: Job): Plan {
  const { size } = new TargetQueue(job);
  if (size <= FEW_TARGETS || job.sourcePort !== undefined) return "each";
  const hasOwnPorts = [...job.targets.particulars.values()].some(({ ports }) =>
    ports !== undefined
  );
  const isWide = size >= MANY_TARGETS && job.ports.length <= FEW_PORTS && !hasOwnPorts;
  if (isWide && !job.searchOnly) return "wide";
  return job.skipSearch ? "each" : "search";
}
