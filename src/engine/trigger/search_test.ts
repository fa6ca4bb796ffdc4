import { assertEquals, assertGreaterOrEqual, assertLessOrEqual } from "@std/assert";
import { MILLISECOND, SECOND } from "units";
import { Kind } from "../kind.ts";
import { Search } from "./search.ts";

Deno.test("Search asks with a dozen packets in three waves, most promising first", () => {
  const { candidates, end } = new Search([8_080, 3_306, 5_432]);
  assertLessOrEqual(candidates.length, 13);
  const first = candidates.filter(({ at }) => at < 100 * MILLISECOND);
  assertEquals(first.map(({ kind, port }) => [kind, port]), [
    [Kind.SYN, 443],
    [Kind.SYN, 80],
    [Kind.SYN, 22],
    [Kind.ECHO, 0],
    [Kind.SYN, 8_080],
    [Kind.SYN, 3_306],
  ]);
  assertEquals(new Set(candidates.map(({ kind }) => kind)).size, 6);
  const last = candidates.at(-1)!.at;
  assertGreaterOrEqual(end - last, 900 * MILLISECOND);
  assertLessOrEqual(end, 3 * SECOND);
});

Deno.test("Search sends no two packets at once", () => {
  const times = new Search([]).candidates.map(({ at }) => at);
  times.forEach((at, i) => i > 0 && assertGreaterOrEqual(at - times[i - 1]!, 200));
});
