import { assert } from "assertion";
import { assertEquals, assertGreater } from "@std/assert";
import { presetTest } from "../test/lab/lab_test_case.ts";
import { PORTBUNNY } from "./contenders/portbunny.ts";
import { mistakesIn } from "./score.ts";
import { runTrial } from "./trial.ts";
import { describePreset, Venue } from "./venue.ts";

/** Ports that a test has the time to ask for. */
const ASKED = 300;

presetTest("a preset is scanned by the real program and judged", async (played) => {
  await using venue = new Venue(played);
  const { job, truth, namespace } = venue;
  assertEquals([job.targets, job.ports, job.pathRate], [["192.0.2.1"], "1-5000", 250]);
  const trial = await runTrial(PORTBUNNY, {
    job: { ...job, ports: `1-${ASKED}` },
    truth: { ...truth, ports: truth.ports.slice(0, ASKED) },
    namespace,
    limitMs: 60_000,
  });
  assertEquals([trial.score.openFound, mistakesIn(trial.score)], [2, 0]);
  assertGreater(await venue.overflowed(), 0, "slow start has filled the short queue");
}, { preset: "dropper", seed: 1 });

Deno.test("describePreset() counts pairs and open ones, and knows the limit", () => {
  assertEquals(describePreset("dropper"), {
    name: "dropper",
    ports: 5_000,
    pairs: 5_000,
    open: 5,
    limitMs: 20_020,
  });
  const blocks = describePreset("class-c-mix");
  assertEquals([blocks.ports, blocks.pairs], [1_000, 768_000]);
  assert(blocks.open > 0, "some of the hosts have open ports");
});
