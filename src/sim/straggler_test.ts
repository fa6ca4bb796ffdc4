import { assertAlmostEquals, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { Random } from "random";
import { MILLISECOND } from "units";
import { Lane } from "../../test/support/sim_lane.ts";
import { Straggler } from "./straggler.ts";

Deno.test("Straggler holds its share back, for every time in its range alike", () => {
  const range = { from: 300 * MILLISECOND, until: 900 * MILLISECOND };
  const straggler = new Straggler({ share: 0.2, ...range }, new Random(1));
  const lane = new Lane([straggler]);
  for (let i = 0; i < 5_000; i++) lane.send({ port: i, localPort: i }, i * 10);
  lane.run(2_000 * MILLISECOND);
  const delays = lane.far.arrived.map(({ time, port }) => time - port * 10);
  const late = delays.filter((delay) => delay > 0);
  assertEquals(delays.length, 5_000);
  assertEquals(late.length, straggler.held);
  assertAlmostEquals(late.length, 1_000, 80);
  assertGreaterOrEqual(Math.min(...late), range.from);
  assertGreaterOrEqual(range.until, Math.max(...late));
  const mean = late.reduce((sum, delay) => sum + delay, 0) / late.length;
  assertAlmostEquals(mean, 600 * MILLISECOND, 15 * MILLISECOND);
});
