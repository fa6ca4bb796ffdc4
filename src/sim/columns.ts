/** Columns that grow: typed arrays whose content moves to a larger one. */

/** Copies `old` to the front of `larger` and returns that. */
export function enlarge<T extends { set(source: ArrayLike<number>): void }>(
  larger: T,
  old: ArrayLike<number>,
): T {
  larger.set(old);
  return larger;
}
