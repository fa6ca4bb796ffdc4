/**
 * What shells complete, from the tables of flags and commands. How is left to each shell's file.
 */
import { COMMAND_SUMMARIES } from "../command_summaries.ts";
import type { Flag } from "../flag.ts";
import { FLAGS } from "../flags.ts";

/** What can stand where a flag's value stands. */
export type ValueKind = "file" | "interface" | "other";

/** Every flag. */
export const ALL_FLAGS: readonly Flag[] = Object.values(FLAGS);

/** Commands with what they do. */
export const ALL_COMMANDS: readonly (readonly [name: string, summary: string])[] = Object.entries(
  COMMAND_SUMMARIES,
);

/** Commands whose arguments are files. */
export const FILE_COMMANDS = ["merge", "diff"] as const;

/** Shells that completions can be had for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** Lists the network interfaces of a machine, in the language of all three shells. */
export const LIST_INTERFACES = "command ls /sys/class/net";

/** What a flag's value is. */
export function valueKind({ valueName }: Flag): ValueKind {
  switch (valueName) {
    case "FILE":
    case "BASE":
      return "file";
    case "IFACE":
      return "interface";
    default:
      return "other";
  }
}

/** Spellings of all flags that take a value of some kind. */
export function formsTaking(kind: ValueKind): string[] {
  return ALL_FLAGS.filter((flag) => flag.takes === "value" && valueKind(flag) === kind)
    .flatMap(({ forms }) => forms);
}
