/** The manual page, in the language of man(7), from the tables of commands and flags. */
import { ALL_COMMANDS, ALL_FLAGS } from "cli/completion/vocabulary.ts";
import { type Flag, SECTIONS } from "cli/flag.ts";
import { EXAMPLES } from "cli/flags.ts";

/** What the page's head says. */
export interface Edition {
  readonly version: string;
  /** As 2026-01-31. */
  readonly date: string;
}

const DESCRIPTION = [
  "PortBunny finds out which TCP ports of a machine are open, closed or filtered. It sends SYN " +
  "packets and treats that as TCP treats congestion: it mixes packets that the target is known " +
  "to answer into the stream, and takes the speed from what comes back. So a host that drops " +
  "most of what it is sent is scanned at the speed of the path, and a port is called filtered " +
  "with a known probability of being wrong.",
  "TARGET is an address, a name, a block (192.0.2.0/28) or ranges (192.0.2.1-20). Results go to " +
  "standard output, all else to standard error.",
];

const EXIT_CODES: readonly (readonly [code: string, meaning: string])[] = [
  ["0", "Complete: every port asked for has a state."],
  ["1", "It could not start, or not write."],
  ["2", "Finished, but some ports stayed undecided."],
  ["3", "The command diff has found changes."],
  ["130", "Interrupted; what is known was printed."],
  ["143", "Terminated; what is known was printed."],
];

const RIGHTS = [
  "Raw packets take the capability CAP_NET_RAW: run portbunny as root, or give the file the " +
  "right once with",
  "setcap cap_net_raw=ep /usr/bin/portbunny",
  "after which every user of the machine may scan. Scan machines that are yours, or whose owner " +
  "has agreed in writing.",
] as const;

/** The page. */
export function manPage({ version, date }: Edition): string {
  const lines = [
    `.TH PORTBUNNY 1 ${date} "PortBunny ${version}" "User Commands"`,
    ".SH NAME",
    `portbunny \\- ${escape("TCP SYN port scanner that treats scanning as congestion control")}`,
    ".SH SYNOPSIS",
    ...synopsis(),
    ".SH DESCRIPTION",
    ...DESCRIPTION.flatMap((text, index) => index === 0 ? [escape(text)] : [".PP", escape(text)]),
    ".SH COMMANDS",
    ...ALL_COMMANDS.flatMap(([name, summary]) => entry(`\\fB${name}\\fR`, `${summary}.`)),
    ".SH OPTIONS",
    ...SECTIONS.flatMap(optionsOf),
    ".SH EXIT STATUS",
    ...EXIT_CODES.flatMap(([code, meaning]) => entry(code, meaning)),
    ".SH RIGHTS",
    escape(RIGHTS[0]),
    ...command(RIGHTS[1]),
    ".PP",
    escape(RIGHTS[2]),
    ".SH EXAMPLES",
    ...EXAMPLES.flatMap(([line, meaning]) => [".PP", ...example(line, meaning)]).slice(1),
    ".SH SEE ALSO",
    ".BR nmap (1),",
    ".BR masscan (8),",
    ".BR capabilities (7),",
    ".BR setcap (8)",
  ];
  return `${lines.join("\n")}\n`;
}

function synopsis(): string[] {
  return [
    ".B portbunny",
    ".RI [ options ]",
    ".IR TARGET \\ ...",
    ".br",
    ".B portbunny merge|diff",
    ".IR FILE \\ ...",
    ".br",
    ".B portbunny completion bash|zsh|fish",
  ];
}

/** One heading of the help with its flags. */
function optionsOf(section: Flag["section"]): string[] {
  const flags = ALL_FLAGS.filter((flag) => flag.section === section);
  if (flags.length === 0) return [];
  const title = section.charAt(0) + section.slice(1).toLowerCase();
  return [`.SS ${title}`, ...flags.flatMap((flag) => entry(spelling(flag), sentence(flag.help)))];
}

function spelling({ forms, takes, valueName }: Flag): string {
  const names = forms.map((form) => `\\fB${escape(form)}\\fR`).join(", ");
  return takes === "value" ? `${names} \\fI${escape(valueName ?? "VALUE")}\\fR` : names;
}

function example(line: string, meaning: string): string[] {
  return [escape(sentence(capitalized(meaning))), ...command(line)];
}

/** A command on lines of its own. */
function command(line: string): string[] {
  return [".PP", ".RS 4", ".nf", escape(line), ".fi", ".RE"];
}

/** A term and what it means; the term is in the page's language already. */
function entry(term: string, text: string): string[] {
  return [".TP", term, escape(text)];
}

function sentence(text: string): string {
  return /[.)]$/.test(text) ? text : `${text}.`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Text for the page: dashes as they are typed, and no line that reads as a request. */
function escape(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replace(/^(?=[.'])/, "\\&");
}
