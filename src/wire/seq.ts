/**
 * Sequence numbers: arithmetic modulo 2^32 (RFC 9293 §3.4). The only place that knows that they
 * wrap. All results are unsigned but the difference.
 */

/** `value + step`, wrapped to an unsigned 32-bit number. */
export function addSequence(value: number, step: number): number {
  return (value + step) >>> 0;
}

/** How far `a` is ahead of `b`: -2^31 to 2^31 - 1. */
export function sequenceDifference(a: number, b: number): number {
  return (a - b) | 0;
}

/** True if `a` comes before `b`. */
export function isSequenceBefore(a: number, b: number): boolean {
  return sequenceDifference(a, b) < 0;
}

/** True if `value` lies in the window of `size` numbers that starts at `first`. */
export function isInWindow(value: number, first: number, size: number): boolean {
  return ((value - first) >>> 0) < size;
}
