/** Port numbers as people write them: `1-21,23`. */

import { PORT_COUNT } from "units";

/** Writes ascending numbers as ranges, with commas; nothing for none. */
export function formatRanges(numbers: Iterable<number>): string {
  const parts: string[] = [];
  let first = -1;
  let last = -1;
  for (const number of numbers) {
    if (number === last + 1 && first >= 0) {
      last = number;
      continue;
    }
    if (first >= 0) parts.push(formatRange(first, last));
    first = number;
    last = number;
  }
  if (first >= 0) parts.push(formatRange(first, last));
  return parts.join(",");
}

function formatRange(first: number, last: number): string {
  return first === last ? `${first}` : `${first}-${last}`;
}

/** Reads ranges back; what cannot be read is skipped. */
export function parseRanges(text: string): number[] {
  return text.split(",").flatMap((part) => {
    const [, low, high = low] = /^(\d+)(?:-(\d+))?$/.exec(part.trim()) ?? [];
    if (low === undefined) return [];
    const first = Number(low);
    const length = Number(high) - first + 1;
    return length > 0 && Number(high) < PORT_COUNT
      ? Array.from({ length }, (_, i) => first + i)
      : [];
  });
}
