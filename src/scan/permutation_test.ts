import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { Permutation } from "./permutation.ts";

function isComplete(size: number, seed: number): boolean {
  const permutation = new Permutation(size, seed);
  const seen = new Uint8Array(size);
  for (let place = 0; place < size; place++) seen[permutation.at(place)]!++;
  return seen.every((count) => count === 1);
}

Deno.test("Permutation meets every number once, whatever the size", () => {
  for (let size = 0; size <= 300; size++) assertEquals(isComplete(size, size), true, `${size}`);
  for (const size of [4_095, 4_096, 4_097, 65_536, 327_680, 1_000_003]) {
    assertEquals(isComplete(size, 7), true, `${size}`);
  }
});

Deno.test("Permutation.at() stays below the largest size there is", () => {
  const permutation = new Permutation(2 ** 32, 3);
  const seen = new Set<number>();
  for (let place = 0; place < 10_000; place++) seen.add(permutation.at(2 ** 32 - 1 - place));
  assertEquals(seen.size, 10_000);
  for (const number of seen) assertLess(number, 2 ** 32);
});

Deno.test("Permutation gives the same order for the same seed, another for another", () => {
  const order = (seed: number) => {
    const permutation = new Permutation(1_000, seed);
    return Array.from({ length: 1_000 }, (_, place) => permutation.at(place));
  };
  assertEquals(order(1), order(1));
  const [one, two] = [order(1), order(2)];
  const equal = one.filter((number, place) => number === two[place]).length;
  assertLess(equal, 10);
});

Deno.test("Permutation leaves no neighbours beside each other", () => {
  const permutation = new Permutation(65_536, 9);
  let neighbours = 0;
  for (let place = 1; place < 65_536; place++) {
    if (Math.abs(permutation.at(place) - permutation.at(place - 1)) === 1) neighbours++;
  }
  // Two in 65,536 pairs are neighbours by chance, each way.
  assertGreater(10, neighbours);
});
