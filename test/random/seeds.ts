/** Seeds of random networks that every run of the tests goes through. */

/** So many from 1 on. */
const FIRST_SEEDS = 300;

/** Seeds that failed once, and what each has found. A seed that fails joins them. */
export const FOUND: ReadonlyMap<number, string> = new Map([
  [480, "a RST whose flag was flipped on the way made an open port of a closed one"],
  [540, "a rate without a round trip gave a window that was no number"],
]);

/** The fixed seeds, in order. */
export const FIXED_SEEDS: readonly number[] = [
  ...Array.from({ length: FIRST_SEEDS }, (_, i) => i + 1),
  ...FOUND.keys(),
];
