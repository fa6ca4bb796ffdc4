import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "random";
import { Lane } from "../../test/support/sim_lane.ts";
import { Repeater } from "./repeater.ts";

Deno.test("Repeater sends copies after the packet, evenly spaced", () => {
  const lane = new Lane([new Repeater({ share: 1, times: 3, spacing: 500 }, new Random(1))]);
  lane.send({ sequence: 77 }, 10);
  lane.run(1e6);
  assertEquals(lane.far.arrived.map(({ time }) => time), [10, 510, 1_010, 1_510]);
  assertEquals(lane.far.arrived.every(({ sequence }) => sequence === 77), true);
});

Deno.test("Repeater repeats its share", () => {
  const repeater = new Repeater({ share: 0.1, times: 20, spacing: 1 }, new Random(1));
  const lane = new Lane([repeater]);
  for (let i = 0; i < 5_000; i++) lane.send({}, i);
  lane.run(1e6);
  assertAlmostEquals(repeater.copies, 10_000, 1_000);
  assertEquals(lane.far.arrived.length, 5_000 + repeater.copies);
  assertEquals(lane.network.pool.inUse, 0);
});
