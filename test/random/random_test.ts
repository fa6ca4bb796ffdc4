/**
 * Random networks: no rule may be broken on the fixed seeds. A few fresh ones are tried as well and
 * named if they fail, which fails nothing: what changed is luck, not the code.
 */
// deno-lint-ignore-file no-console -- fresh seeds are reported, not asserted
import { assertEquals } from "@std/assert";
import { ErrorCheck } from "../support/check/error_check.ts";
import { runSeed } from "./random_scan.ts";
import { FIXED_SEEDS } from "./seeds.ts";
import { describeBreach } from "./sim.ts";

/** Fixed seeds per test, so that a failure says roughly where it is. */
const SEEDS_PER_TEST = 50;

/** Fresh seeds that are tried. */
const FRESH_SEEDS = 10;

const errors = new ErrorCheck();

for (let start = 0; start < FIXED_SEEDS.length; start += SEEDS_PER_TEST) {
  const seeds = FIXED_SEEDS.slice(start, start + SEEDS_PER_TEST);
  Deno.test(`no rule is broken on random networks ${seeds[0]} to ${seeds.at(-1)}`, () => {
    const broken: string[] = [];
    for (const seed of seeds) {
      const report = runSeed(seed);
      if (report.breach !== undefined) broken.push(describeBreach(report));
      else errors.add(`seed ${seed}`, report.result!);
    }
    assertEquals(broken, [], `\n${broken.join("\n")}\n`);
  });
}

Deno.test("over all random networks filtered is wrong no more often than announced", () => {
  errors.judge();
});

Deno.test("fresh random networks are tried and reported", () => {
  const from = Math.floor(Math.random() * 2 ** 31);
  const reports = Array.from({ length: FRESH_SEEDS }, (_, i) => runSeed(from + i));
  const broken = reports.filter(({ breach }) => breach !== undefined);
  const verdict = broken.length === 0 ? "hold" : "FAIL, which fails no test";
  console.log(`fresh random networks ${from} to ${from + FRESH_SEEDS - 1} ${verdict}`);
  for (const report of broken) console.log(describeBreach(report));
  assertEquals(reports.length, FRESH_SEEDS);
});
