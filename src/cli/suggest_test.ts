import { assertEquals } from "@std/assert";
import { editDistance, suggest } from "./suggest.ts";

Deno.test("editDistance() counts insertions, deletions, replacements and swaps", () => {
  assertEquals(editDistance("", "abc"), 3);
  assertEquals(editDistance("abc", "abc"), 0);
  assertEquals(editDistance("rate", "rte"), 1);
  assertEquals(editDistance("rate", "rtae"), 1);
  assertEquals(editDistance("kitten", "sitting"), 3);
});

Deno.test("suggest() finds the nearest word, and none if all are far", () => {
  const words = ["--open", "--reason", "--max-rate", "--max-retries"];
  assertEquals(suggest("--opne", words), "--open");
  assertEquals(suggest("--max-retry", words), "--max-retries");
  assertEquals(suggest("--zzzzzz", words), undefined);
});
