/**
 * Splits a command line into flags and words, in the forms that nmap reads with getopt_long_only:
 * `-Pn`, `-p-`, `-p22`, `-p 22`, `-oJ file`, `-T4`, `-vv`, `-d2`, `--max-rate 100`,
 * `--max-rate=100`, `-max-rate 100`, and `--` before words that begin with a dash. It knows the
 * flags from the table in `flags.ts` and leaves the meaning of values to `settings.ts`.
 */
import type { Flag } from "./flag.ts";
import { type FlagName, FLAGS } from "./flags.ts";
import { unsupportedNmapFlag } from "./nmap_flags.ts";
import { suggest } from "./suggest.ts";
import { UsageError } from "./usage_error.ts";

/** A flag on the command line. */
export interface FlagToken {
  kind: "flag";
  flag: FlagName;
  /** The spelling that the user chose, for messages. */
  form: string;
  /** Its value; the level of a counted flag (1 without a number); empty if it takes nothing. */
  value: string;
}

/** Anything that is not a flag: a target. */
export interface WordToken {
  kind: "word";
  text: string;
}

const longFlags = new Map<string, FlagName>();
const shortFlags = new Map<string, FlagName>();
for (const [name, flag] of Object.entries(FLAGS) as [FlagName, Flag][]) {
  for (const form of flag.forms) {
    if (form.startsWith("--")) longFlags.set(form.slice(2), name);
    else shortFlags.set(form.slice(1), name);
  }
}

/** Letters of the longest short form. */
const LONGEST_SHORT = 2;

/**
 * Splits a command line.
 *
 * @throws {UsageError} If a flag is unknown or unsupported, or its value is missing.
 */
export function tokenize(args: readonly string[]): (FlagToken | WordToken)[] {
  const tokens: (FlagToken | WordToken)[] = [];
  const rest = [...args];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === "--") {
      tokens.push(...rest.map((text): WordToken => ({ kind: "word", text })));
      break;
    }
    if (!argument.startsWith("-") || argument === "-") {
      tokens.push({ kind: "word", text: argument });
    } else {
      tokens.push(...readLong(argument, rest) ?? readShort(argument, rest));
    }
  }
  return tokens;
}

function readLong(argument: string, rest: string[]): FlagToken[] | undefined {
  const [, dashes = "", word = "", attached] = /^(--?)([^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
  const flag = longFlags.get(word);
  if (flag === undefined) {
    if (dashes === "--") throw unknownFlag(argument);
    return undefined;
  }
  const form = `--${word}`;
  const takes = FLAGS[flag].takes;
  if (takes === "nothing" && attached !== undefined) {
    throw new UsageError(`${form}: takes no value, remove "=${attached}"`);
  }
  if (takes === "value") {
    return [{ kind: "flag", flag, form, value: attached ?? nextValue({ flag, form }, rest) }];
  }
  return [{ kind: "flag", flag, form, value: takes === "count" ? attached ?? "1" : "" }];
}

function readShort(argument: string, rest: string[]): FlagToken[] {
  const tokens: FlagToken[] = [];
  let letters = argument.slice(1);
  while (letters !== "") {
    const word = longestShort(letters);
    const flag = shortFlags.get(word);
    if (flag === undefined) throw unknownFlag(argument, `-${letters}`);
    const form = `-${word}`;
    const attached = letters.slice(word.length);
    const takes: Flag["takes"] = FLAGS[flag].takes;
    if (takes === "value") {
      const value = attached !== "" ? attached : nextValue({ flag, form }, rest);
      return [...tokens, { kind: "flag", flag, form, value }];
    }
    const level = takes === "count" ? /^\d*/.exec(attached)![0] : "";
    tokens.push({ kind: "flag", flag, form, value: takes === "count" ? level || "1" : "" });
    letters = attached.slice(level.length);
    // Only single letters can be run together: nmap reads -sSV as -sS and -sV, which is no -V.
    if (letters !== "" && word.length > 1) throw unknownFlag(argument);
  }
  return tokens;
}

function longestShort(letters: string): string {
  for (let length = LONGEST_SHORT; length > 1; length--) {
    if (shortFlags.has(letters.slice(0, length))) return letters.slice(0, length);
  }
  return letters.slice(0, 1);
}

function nextValue({ flag, form }: { flag: FlagName; form: string }, rest: string[]): string {
  const value = rest.shift();
  if (value === undefined) {
    const definition: Flag = FLAGS[flag];
    throw new UsageError(`${form}: needs a value: ${form} ${definition.valueName ?? "VALUE"}`);
  }
  return value;
}

function unknownFlag(argument: string, remaining = argument): UsageError {
  const nmap = unsupportedNmapFlag(argument) ?? unsupportedNmapFlag(remaining);
  if (nmap !== undefined) return new UsageError(`nmap(${nmap.flag}): unsupported: ${nmap.reason}`);
  const word = argument.split("=", 1)[0] ?? argument;
  const known = [...longFlags.keys()].map((name) => `--${name}`);
  const near = suggest(word.replace(/^-(?=[^-]..)/, "--"), known);
  const hint = near === undefined ? "--help lists all options" : `did you mean ${near}?`;
  return new UsageError(`Unknown option "${word}": ${hint}`);
}
