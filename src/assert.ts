/**
 * Assertions for our own mistakes, always on. Wrong input throws an error with a remedy instead,
 * and what the network sends is counted, never asserted.
 */

/** A broken invariant: a bug in this program, never a bad input. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

/**
 * Stops the program where an invariant does not hold.
 *
 * @throws {AssertionError} If `condition` is false.
 */
export function assert(condition: boolean, message = "Invariant does not hold"): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/**
 * Ends a switch over a union: the compiler proves that no case is missing.
 *
 * @throws {AssertionError} Always.
 */
export function unreachable(value: never): never {
  throw new AssertionError(`Unexpected value "${String(value)}"`);
}
