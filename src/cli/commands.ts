/** The commands: what the first word may be. Without one it is `scan`. */
import { resolveTargets } from "scan/targets.ts";
import { listTargets, requestOf } from "./target_words.ts";
import type { CommandName } from "./command_summaries.ts";
import { completionCommand } from "./completion/command.ts";
import { helpText } from "./help.ts";
import type { Runtime } from "./runtime.ts";
import { ScanRun } from "./scan_run.ts";
import { readShard } from "./shards.ts";
import { Screen } from "./screen.ts";
import { diffCommand, mergeCommand } from "./result_commands.ts";
import { readSettings } from "./settings.ts";

/** Does what the rest of the command line asks for, and returns the exit code. */
export type Command = (args: readonly string[], runtime: Runtime) => Promise<number>;

/** Every command by its name. */
export const COMMANDS = {
  scan: scanCommand,
  merge: mergeCommand,
  diff: diffCommand,
  completion: completionCommand,
} as const satisfies Record<CommandName, Command>;

/** Scans; also says what `--help` and `--version` ask for. */
async function scanCommand(args: readonly string[], runtime: Runtime): Promise<number> {
  const settings = readSettings(args);
  if (settings.action === "help") {
    runtime.stdout.write(helpText(runtime.version));
    return 0;
  }
  if (settings.action === "version") {
    runtime.stdout.write(`PortBunny ${runtime.version} (${runtime.build})\n`);
    return 0;
  }
  runtime.forbidPrograms();
  const screen = new Screen(runtime, settings);
  if (!settings.isQuiet) {
    for (const note of settings.notes) screen.say(`Note: ${note}`);
  }
  const { targets, notes } = await resolveTargets(await requestOf(settings, runtime));
  if (!settings.isQuiet) notes.forEach((note) => screen.say(`Note: ${note}`));
  if (settings.shard !== undefined) {
    settings.options.shard = readShard(settings.shard, (name) => runtime.environment(name));
  }
  if (settings.action === "list") return listTargets(targets, settings.options, runtime);
  return await new ScanRun(settings, { runtime, screen }).run(targets);
}
