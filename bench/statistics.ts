/** What a row of measurements comes to. */

/**
 * The value in the middle; of an even number the mean of the two in the middle.
 *
 * @throws {RangeError} If there is nothing to take it from.
 */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("Cannot take the median of nothing");
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Distance of the quartiles from each other, as a share of the median: how much a row scatters. */
export function scatter(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / median(sorted);
}

/** The value below which a share of a sorted row lies, between two values in proportion. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const rest = at - below;
  return sorted[below]! + rest * ((sorted[below + 1] ?? sorted[below]!) - sorted[below]!);
}
