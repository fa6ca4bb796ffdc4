/** Reads the values of flags. Each function throws one line that says what is allowed. */
import { MILLISECOND, SECOND } from "units";
import type { FlagToken } from "./tokenizer.ts";
import { UsageError } from "./usage_error.ts";

/** µs per unit of a duration as nmap writes it; none means seconds. */
const DURATION_UNITS: Readonly<Record<string, number>> = {
  "": SECOND,
  ms: MILLISECOND,
  s: SECOND,
  m: 60 * SECOND,
  h: 3_600 * SECOND,
};

/** nmap's names of its timing templates, in order. */
const TEMPLATES = ["paranoid", "sneaky", "polite", "normal", "aggressive", "insane"];

/** Bounds of a whole number, both included. */
export interface Bounds {
  /** The least. */
  min: number;
  /** The largest. */
  max: number;
}

/** A whole number. */
export function readCount(token: FlagToken, { min, max }: Bounds): number {
  const value = Number(token.value);
  if (!/^\d+$/.test(token.value) || value < min || value > max) {
    throw wrongValue(token, `give a whole number from ${min} to ${max}`);
  }
  return value;
}

/** Packets per second. */
export function readRate(token: FlagToken): number {
  const value = Number(token.value);
  if (!/^\d+(\.\d+)?$/.test(token.value) || value <= 0 || !Number.isFinite(value)) {
    throw wrongValue(token, "give packets per second, more than 0, as in 1000");
  }
  return value;
}

/** A duration, in µs. */
export function readDuration(token: FlagToken): number {
  const [, digits = "", unit = "?"] = /^(\d+(?:\.\d+)?)([a-z]*)$/.exec(token.value) ?? [];
  const duration = Number(digits) * (DURATION_UNITS[unit] ?? NaN);
  if (!(duration > 0) || !Number.isFinite(duration)) {
    throw wrongValue(token, "give a time above 0, as in 500ms, 30s, 30m, 2h, or 90 for seconds");
  }
  return duration;
}

/** Number of one of nmap's timing templates. */
export function readTemplate(token: FlagToken): number {
  const byName = TEMPLATES.indexOf(token.value.toLowerCase());
  if (byName >= 0) return byName;
  if (!/^[0-5]$/.test(token.value)) {
    throw wrongValue(token, `give 0 to 5, or one of ${TEMPLATES.join(", ")}`);
  }
  return Number(token.value);
}

/** Name of a file to write; `-` is standard output. nmap's rule: no other name begins with `-`. */
export function readFileName(token: FlagToken): string {
  const name = token.value;
  if (name === "" || name.includes("\0") || (name.startsWith("-") && name !== "-")) {
    throw wrongValue(token, "give the name of a file (./-x if it begins with a dash), or -");
  }
  return name;
}

/** Text that must not be empty. */
export function readText(token: FlagToken, what: string): string {
  if (token.value.trim() === "") throw wrongValue(token, `give ${what}`);
  return token.value;
}

/** Runs a parser of an inner floor and puts the flag's name before what it complains about. */
export function named<T>(token: FlagToken, parse: (text: string) => T): T {
  try {
    return parse(token.value);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof SyntaxError)) throw error;
    throw new UsageError(`${token.form}: ${error.message}`);
  }
}

/** The error for a value that cannot be used. */
export function wrongValue(token: FlagToken, allowed: string): UsageError {
  return new UsageError(`${token.form}: Cannot use "${token.value}": ${allowed}`);
}
