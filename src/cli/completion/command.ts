/** The command `completion`: prints the completions for a shell. */
import type { Runtime } from "../runtime.ts";
import { UsageError } from "../usage_error.ts";
import { bashCompletions } from "./bash.ts";
import { fishCompletions } from "./fish.ts";
import { SHELLS } from "./vocabulary.ts";
import { zshCompletions } from "./zsh.ts";

/** A shell that completions can be had for. */
export type Shell = (typeof SHELLS)[number];

/** The script for each shell. */
const SCRIPTS: Record<Shell, () => string> = {
  bash: bashCompletions,
  zsh: zshCompletions,
  fish: fishCompletions,
};

const HELP = `Usage: portbunny completion bash|zsh|fish
For this shell only:   source <(portbunny completion bash)
                       source <(portbunny completion zsh)
                       portbunny completion fish | source
`;

/** The completions for a shell. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell]();
}

/** Prints the completions for the shell that is named. */
export function completionCommand(args: readonly string[], runtime: Runtime): Promise<number> {
  const [shell = "", ...more] = args;
  if (shell === "-h" || shell === "--help") {
    runtime.stdout.write(HELP);
    return Promise.resolve(0);
  }
  if (more.length > 0 || !(SHELLS as readonly string[]).includes(shell)) {
    throw new UsageError(`completion: name one shell, ${SHELLS.join(", ")} (--help)`);
  }
  runtime.stdout.write(completionScript(shell as Shell));
  return Promise.resolve(0);
}
