import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { median, scatter } from "./statistics.ts";

Deno.test("median() is the value in the middle whatever the order", () => {
  assertEquals(median([3, 1, 2]), 2);
  assertEquals(median([10, 1, 2, 3]), 2.5);
  assertEquals(median([7]), 7);
  assertThrows(() => median([]), RangeError);
});

Deno.test("scatter() is the distance of the quartiles, relative to the median", () => {
  assertEquals(scatter([5, 5, 5]), 0);
  assertEquals(scatter([7]), 0);
  assertAlmostEquals(scatter([1, 2, 3, 4, 5]), 2 / 3);
});
