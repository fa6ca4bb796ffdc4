/**
 * Which part of a job this process is: as the user says (`--shard 2/5`), or as the engine says that
 * runs the parts (`--shard 5` in an array job of Slurm or an indexed job of Kubernetes).
 */
import type { Shard } from "scan/target_queue.ts";
import type { FlagToken } from "./tokenizer.ts";
import { wrongValue } from "./values.ts";

/** Most parts of a job: more than any engine starts. */
const MAX_SHARDS = 1_000_000;

/** Variables that number the parts, and the number of the first; the first that is set counts. */
const INDICES = [
  { index: "JOB_COMPLETION_INDEX", first: undefined },
  { index: "SLURM_ARRAY_TASK_ID", first: "SLURM_ARRAY_TASK_MIN" },
] as const;

/**
 * Reads the part.
 *
 * @throws {UsageError} If there is no such part, or nothing says which it is.
 */
export function readShard(
  token: FlagToken,
  environment: (name: string) => string | undefined,
): Shard {
  const [, given, all] = /^(?:(\d+)\/)?(\d+)$/.exec(token.value) ?? [];
  const count = Number(all);
  if (!(count >= 1 && count <= MAX_SHARDS)) {
    throw wrongValue(token, "give part and number of parts, as in 2/5, or the number alone");
  }
  const index = given === undefined ? indexHere(token, environment) : Number(given);
  if (index >= 1 && index <= count) return { index, count };
  throw wrongValue(token, `parts are 1 to ${count}, this one would be ${index}`);
}

function indexHere(token: FlagToken, environment: (name: string) => string | undefined): number {
  for (const { index, first } of INDICES) {
    const value = environment(index);
    if (value === undefined || !/^\d+$/.test(value)) continue;
    return Number(value) - Number((first && environment(first)) ?? 0) + 1;
  }
  const names = INDICES.map(({ index }) => index).join(" or ");
  throw wrongValue(token, `nothing says which part this is: give it, as in 1/5, or set ${names}`);
}
