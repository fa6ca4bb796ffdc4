import { assertEquals, assertThrows } from "@std/assert";
import { AssertionError } from "assertion";
import { Random } from "random";
import { PairSpace } from "./pair_space.ts";
import { fillRing, Ring } from "./ring.ts";

Deno.test("Ring gives pairs in the order they came, across the wrap", () => {
  const ring = new Ring(3);
  const taken: number[] = [];
  for (const pair of [4, 5, 6]) ring.give(pair);
  taken.push(ring.take());
  ring.give(7);
  while (ring.length > 0) taken.push(ring.take());
  assertEquals(taken, [4, 5, 6, 7]);
  assertEquals(ring.peek(), -1);
});

Deno.test("Ring asserts when a pair is in it twice or it is empty", () => {
  const ring = new Ring(1);
  assertThrows(() => ring.take(), AssertionError);
  ring.give(0);
  assertThrows(() => ring.give(0), AssertionError);
});

Deno.test("fillRing() puts likely ports first and keeps every pair once", () => {
  const space = new PairSpace(0, 2, Uint16Array.from([1, 22, 3, 80, 5]));
  const ring = fillRing(space, [80, 22], new Random(7));
  const order = Array.from({ length: space.size }, () => ring.take());
  assertEquals(new Set(order.slice(0, 4).map((pair) => space.portOf(pair))), new Set([22, 80]));
  assertEquals(order.toSorted((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
