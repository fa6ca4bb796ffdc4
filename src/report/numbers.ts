/** Numbers and durations for people. Machines get plain numbers from `json_lines.ts`. */
import { MILLISECOND, SECOND } from "units";

const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A whole number with a comma at each thousand. */
export function formatCount(value: number): string {
  return String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

/** A count and its noun: `1 port`, `2 ports`. */
export function counted(value: number, noun: string): string {
  return `${formatCount(value)} ${noun}${value === 1 ? "" : noun.endsWith("s") ? "es" : "s"}`;
}

/** A positive number with so many significant digits, never in scientific notation. */
export function significant(value: number, digits: number): string {
  if (!(value > 0) || !Number.isFinite(value)) return "0";
  const decimals = digits - 1 - Math.floor(Math.log10(value));
  return value.toFixed(Math.min(Math.max(decimals, 0), 20));
}

/** A duration in µs, in the unit that suits it: `0.85 ms`, `60 ms`, `3.2 s`, `2 min 5 s`. */
export function formatDuration(durationUs: number): string {
  if (!Number.isFinite(durationUs)) return "unknown";
  if (durationUs < SECOND) return `${trimmed(durationUs / MILLISECOND)} ms`;
  if (durationUs < MINUTE) return `${trimmed(durationUs / SECOND)} s`;
  const seconds = Math.round(durationUs / SECOND);
  if (durationUs < HOUR) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor(seconds / 60) % 60} min`;
}

/** A remaining time in µs as a clock shows it: `0:00:12`. */
export function formatClock(durationUs: number): string {
  const seconds = Math.ceil(durationUs / SECOND);
  const minutes = Math.floor(seconds / 60) % 60;
  return `${Math.floor(seconds / 3_600)}:${two(minutes)}:${two(seconds % 60)}`;
}

/** A share from 0 to 1 as a percentage: `0.10%`. */
export function formatPercent(share: number): string {
  if (share === 0) return "0%";
  return share < 0.1 ? `${significant(share * 100, 2)}%` : `${(share * 100).toFixed(1)}%`;
}

/** A small expected number of mistakes: `0`, `0.0003`, `1.2`, or `below 0.000001`. */
export function formatError(expected: number): string {
  if (expected === 0) return "0";
  return expected < 1e-6 ? "below 0.000001" : significant(expected, 2);
}

function trimmed(value: number): string {
  if (value >= 100 || Number.isInteger(value)) return value.toFixed(0);
  return significant(value, value < 1 ? 2 : 3).replace(/\.?0+$/, "");
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
