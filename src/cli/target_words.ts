/** Targets as the command line gives them: words and files of words in, the list of `-sL` out. */
import type { TargetSet } from "scan/target_set.ts";
import type { TargetRequest } from "scan/targets.ts";
import type { Runtime } from "./runtime.ts";
import type { Settings } from "./settings.ts";

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
export function listTargets(targets: TargetSet, runtime: Runtime): number {
  for (let place = 0; place < targets.size; place += LINES_AT_ONCE) {
    const count = Math.min(LINES_AT_ONCE, targets.size - place);
    runtime.stdout.write(
      Array.from({ length: count }, (_, i) => line(targets, place + i)).join(""),
    );
  }
  return 0;
}

function line(targets: TargetSet, place: number): string {
  const { ip, name } = targets.at(place);
  return name === undefined ? `${ip}\n` : `${ip} ${name}\n`;
}

async function readWords(files: readonly string[], runtime: Runtime): Promise<string[]> {
  const texts = await Promise.all(files.map((file) => runtime.readText(file)));
  return texts.flatMap((text) =>
    text.split("\n").flatMap((row) => row.replace(/#.*/, "").split(/\s+/).filter(Boolean))
  );
}
