/** Completions for fish, a file for one of its `completions` folders. */
import type { Flag } from "../flag.ts";
import {
  ALL_COMMANDS,
  ALL_FLAGS,
  FILE_COMMANDS,
  LIST_INTERFACES,
  SHELLS,
  valueKind,
} from "./vocabulary.ts";

/** How fish completes a value of each kind. */
const VALUES = {
  file: "-r -F",
  interface: `-x -a "(${LIST_INTERFACES})"`,
  other: "-x",
} as const;

/** The script. */
export function fishCompletions(): string {
  const lines = ["# fish completions for portbunny", "complete -c portbunny -f"];
  for (const [name, summary] of ALL_COMMANDS) {
    lines.push(`complete -c portbunny -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`);
  }
  for (const name of FILE_COMMANDS) {
    lines.push(`complete -c portbunny -n "__fish_seen_subcommand_from ${name}" -F`);
  }
  const isCompletion = '-n "__fish_seen_subcommand_from completion"';
  lines.push(`complete -c portbunny ${isCompletion} -a "${SHELLS.join(" ")}"`);
  for (const flag of ALL_FLAGS) {
    const value = flag.takes === "value" ? ` ${VALUES[valueKind(flag)]}` : "";
    const forms = flag.forms.map(spelling).join(" ");
    lines.push(`complete -c portbunny ${forms}${value} -d ${quote(flag.help)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Fish tells `-p`, `-Pn` and `--ports` apart. */
function spelling(form: Flag["forms"][number]): string {
  if (form.startsWith("--")) return `-l ${form.slice(2)}`;
  return form.length === 2 ? `-s ${form.slice(1)}` : `-o ${form.slice(1)}`;
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}
