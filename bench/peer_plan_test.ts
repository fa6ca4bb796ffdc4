import { assertEquals, assertThrows } from "@std/assert";
import { isPresetName } from "sim/preset_network.ts";
import { chooseByName, FULL, patience, QUICK } from "./peer_plan.ts";

Deno.test("patience() is twenty times ours, within ten seconds and the limit of the plan", () => {
  assertEquals(patience(FULL, [3_000, 9_000, 2_000]), 60_000);
  assertEquals(patience(FULL, [100]), 10_000);
  assertEquals(patience(FULL, [100_000]), 900_000);
  assertEquals(patience(QUICK, [3_000]), QUICK.mostMs);
  assertEquals(patience(FULL, []), 900_000);
});

Deno.test("chooseByName() keeps the order of all, and refuses names that are not there", () => {
  const options = { what: "letter", nameOf: (name: string) => name };
  assertEquals(chooseByName(["a", "b", "c"], ["c", "a"], options), ["a", "c"]);
  assertEquals(chooseByName(["a", "b"], undefined, options), ["a", "b"]);
  assertThrows(() => chooseByName(["a"], ["x"], options), RangeError, 'no letter "x"');
});

Deno.test("QUICK cannot take longer than five minutes", () => {
  assertEquals(QUICK.presets.every(isPresetName), true);
  // The last trial may begin just before the budget is spent.
  assertEquals(QUICK.budgetMs + QUICK.mostMs < 300_000, true);
});
