/** Targets as the command line gives them: words and files of words in, the list of `-sL` out. */
import { makeJob } from "scan/job.ts";
import type { ScanOptions } from "scan/options.ts";
import { TargetQueue } from "scan/target_queue.ts";
import type { TargetSet } from "scan/target_set.ts";
import type { TargetSpec } from "scan/target_spec.ts";
import type { TargetRequest } from "scan/targets.ts";
import type { Runtime } from "./runtime.ts";
import type { Settings } from "./settings.ts";

/** A list sends nothing, so it needs no secrets. */
const NOT_DRAWN = { seed: 0, key: [0, 0] } as const;

/** Lines that are written at once: a block of addresses is not one system call each. */
const LINES_AT_ONCE = 4_096;

/**
 * Everything that says what to scan, files included.
 *
 * @throws {UsageError} If a file cannot be read.
 */
export async function requestOf(settings: Settings, runtime: Runtime): Promise<TargetRequest> {
  const [listed, unwanted] = await Promise.all([
    readWords(settings.targetFiles, runtime),
    readWords(settings.excludeFiles, runtime),
  ]);
  return {
    words: [...settings.targets, ...listed],
    excluded: [...settings.excluded, ...unwanted],
    allowReserved: settings.allowReserved,
    family: "ipv4",
    ownAddresses: runtime.ownAddresses(),
    resolve: (name) => runtime.resolve(name),
  };
}

/** Prints all targets; nothing is sent. Returns the exit code. */
export function listTargets(
  targets: TargetSet,
  options: Omit<ScanOptions, "targets">,
  runtime: Runtime,
): number {
  // A part is listed in the order in which it is scanned, the whole in that of the addresses.
  const isPart = options.shard !== undefined;
  const list = isPart ? new TargetQueue(makeJob({ ...options, targets }, NOT_DRAWN)) : targets;
  for (let place = 0; place < list.size; place += LINES_AT_ONCE) {
    const count = Math.min(LINES_AT_ONCE, list.size - place);
    const lines = Array.from({ length: count }, (_, i) => line(list.at(place + i)));
    runtime.stdout.write(lines.join(""));
  }
  return 0;
}

function line({ ip, name }: TargetSpec): string {
  return name === undefined ? `${ip}\n` : `${ip} ${name}\n`;
}

async function readWords(files: readonly string[], runtime: Runtime): Promise<string[]> {
  const texts = await Promise.all(files.map((file) => runtime.readText(file)));
  return texts.flatMap((text) =>
    text.split("\n").flatMap((row) => row.replace(/#.*/, "").split(/\s+/).filter(Boolean))
  );
}
