/** Ranges of addresses as blocks with a prefix, which routes and all scanners understand. */
import type { AddressRange } from "scan/ipv4_ranges.ts";
import { formatIpv4 } from "wire/address.ts";

/** The fewest blocks that cover ranges; single addresses without a prefix length. */
export function prefixesOf(ranges: readonly AddressRange[]): string[] {
  return ranges.flatMap(({ first, last }) => {
    const prefixes: string[] = [];
    for (let at = first; at <= last;) {
      const size = largestBlock(at, last);
      const length = 32 - Math.log2(size);
      prefixes.push(length === 32 ? formatIpv4(at) : `${formatIpv4(at)}/${length}`);
      at += size;
    }
    return prefixes;
  });
}

/** Addresses of the largest block with a prefix that begins at `first` and ends by `last`. */
function largestBlock(first: number, last: number): number {
  let size = 1;
  while (first % (2 * size) === 0 && first + 2 * size - 1 <= last) size *= 2;
  return size;
}
