/** The help text, made from the table of flags. */
import { type Flag, SECTIONS } from "./flag.ts";
import { EXAMPLES, FLAGS } from "./flags.ts";

/** Column where the explanations start. */
const HELP_COLUMN = 26;

/** Widest line. */
const LINE_WIDTH = 92;

/** The text of `--help`. */
export function helpText(version: string): string {
  const lines = [
    `PortBunny ${version}: a TCP SYN port scanner that treats scanning as congestion control`,
    "Usage: portbunny [scan] [options] TARGET ...",
    "       portbunny merge|diff FILE ... (results in JSON lines; --help tells more)",
    "       portbunny completion bash|zsh|fish",
    "TARGET: an address, a name, a block (192.0.2.0/28), ranges (192.0.2.1-20); TARGET:PORTS",
  ];
  const flags: Flag[] = Object.values(FLAGS);
  for (const section of SECTIONS) {
    lines.push("", `${section}:`);
    for (const flag of flags) {
      if (flag.section === section) lines.push(...entry(spelling(flag), flag.help));
    }
  }
  lines.push("", "EXAMPLES:");
  for (const [command, meaning] of EXAMPLES) lines.push(`  ${command}`, `      ${meaning}`);
  lines.push("", "EXIT CODES:", ...EXIT_CODES, "");
  return lines.join("\n");
}

const EXIT_CODES = [
  "  0 complete   1 could not start or write   2 some ports stayed undecided",
  "  130 interrupted   143 terminated (what is known is printed)",
];

function spelling({ forms, takes, valueName }: Flag): string {
  const names = forms.join(", ");
  return takes === "value" ? `${names} ${valueName ?? "VALUE"}` : names;
}

function entry(left: string, help: string): string[] {
  const lines: string[] = [];
  let line = `  ${left}`.padEnd(HELP_COLUMN);
  if (line.length > HELP_COLUMN) {
    lines.push(line);
    line = " ".repeat(HELP_COLUMN);
  }
  let isEmpty = true;
  for (const word of help.split(" ")) {
    if (!isEmpty && line.length + 1 + word.length > LINE_WIDTH) {
      lines.push(line);
      line = " ".repeat(HELP_COLUMN);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
