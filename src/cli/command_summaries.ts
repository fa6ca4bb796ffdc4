/** Every command with one line about it, for completions and the man page. */

/** What the first word may be, and what it does. */
export const COMMAND_SUMMARIES = {
  scan: "Scan targets; what is done without a command",
  merge: "Make one result of several, in JSON lines",
  diff: "Say what has changed between two results",
  completion: "Print completions for a shell: bash, zsh or fish",
} as const;

/** Name of a command. */
export type CommandName = keyof typeof COMMAND_SUMMARIES;
