/**
 * The command line's front door: picks the command, and turns what goes wrong into one line on
 * standard error and an exit code. Only the caller ends the process.
 */
import { escapeText } from "report/escape.ts";
import { LinkError } from "scan/link.ts";
import type { CommandName } from "./command_summaries.ts";
import { type Command, COMMANDS } from "./commands.ts";
import { OutputError, type Runtime } from "./runtime.ts";
import { Exit } from "./scan_run.ts";
import { suggest } from "./suggest.ts";
import { UsageError } from "./usage_error.ts";

/**
 * Does what a command line asks for.
 *
 * @param args What follows the program's name.
 * @returns The exit code: 0 complete, 1 could not start or write, 2 ports left undecided, 130
 * interrupted, 143 terminated.
 */
export async function main(args: readonly string[], runtime: Runtime): Promise<number> {
  const [first = "", ...rest] = args;
  const isCommand = Object.hasOwn(COMMANDS, first);
  const command: Command = isCommand ? COMMANDS[first as CommandName] : COMMANDS.scan;
  try {
    return await command(isCommand ? rest : args, runtime);
  } catch (error) {
    return report(error, { runtime, hint: isCommand ? "" : commandHint(error, first) });
  }
}

/** What to say if the first word is no target, but nearly a command. */
function commandHint(error: unknown, first: string): string {
  const isNoName = error instanceof LinkError && error.code === "address" &&
    error.message.includes(`"${first}"`);
  const near = isNoName ? suggest(first, Object.keys(COMMANDS)) : undefined;
  return near === undefined ? "" : `; did you mean the command ${near}?`;
}

function report(
  error: unknown,
  { runtime, hint }: { runtime: Runtime; hint: string },
): number {
  if (error instanceof OutputError && error.isClosed) return Exit.COMPLETE;
  const isExpected = error instanceof UsageError || error instanceof LinkError ||
    error instanceof OutputError || error instanceof RangeError || error instanceof SyntaxError;
  const text = isExpected
    ? escapeText(error.message + hint)
    : `this is a bug: ${error instanceof Error ? error.stack : String(error)}`;
  try {
    runtime.stderr.write(`portbunny: ${text}\n`);
  } catch {
    // Nobody listens on standard error: the exit code has to do.
  }
  return Exit.FAILED;
}
