import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type AddressRange, Ipv4Ranges } from "./ipv4_ranges.ts";

const RANGES = fc.array(
  fc.tuple(fc.nat(200), fc.nat(20)).map(([first, more]) => ({ first, last: first + more })),
  { maxLength: 12 },
);

/** The members of ranges, by counting. */
function members(ranges: readonly AddressRange[]): Set<number> {
  const all = ranges.flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i)
  );
  return new Set(all);
}

function listed(set: Ipv4Ranges): number[] {
  return Array.from({ length: set.size }, (_, place) => set.at(place));
}

function sorted(values: Iterable<number>): number[] {
  return [...values].sort((a, b) => a - b);
}

Deno.test("Ipv4Ranges.at() lists the union of ranges once, ascending", () => {
  fc.assert(fc.property(RANGES, (ranges) => {
    assertEquals(listed(Ipv4Ranges.of(ranges)), sorted(members(ranges)));
  }));
});

Deno.test("Ipv4Ranges.placeOf() is the inverse of at()", () => {
  fc.assert(fc.property(RANGES, fc.nat(250), (ranges, address) => {
    const set = Ipv4Ranges.of(ranges);
    assertEquals(set.placeOf(address), sorted(members(ranges)).indexOf(address));
  }));
});

Deno.test("Ipv4Ranges.without() and within() are difference and intersection", () => {
  fc.assert(fc.property(RANGES, RANGES, (one, two) => {
    const [a, b] = [members(one), members(two)];
    const [left, right] = [Ipv4Ranges.of(one), Ipv4Ranges.of(two)];
    assertEquals(listed(left.without(right)), sorted(a.difference(b)));
    assertEquals(listed(left.within(right)), sorted(a.intersection(b)));
  }));
});

Deno.test("Ipv4Ranges holds all addresses there are in one range", () => {
  const all = Ipv4Ranges.of([
    { first: 0x8000_0000, last: 0xffff_ffff },
    { first: 0, last: 0x7fff_ffff },
  ]);
  assertEquals([all.size, all.ranges.length], [2 ** 32, 1]);
  assertEquals([all.at(2 ** 32 - 1), all.placeOf(0xffff_ffff)], [0xffff_ffff, 2 ** 32 - 1]);
  assertEquals(all.without(all).size, 0);
});
