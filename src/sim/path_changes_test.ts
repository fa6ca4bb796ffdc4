import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "random";
import { micros, MILLISECOND, SECOND } from "units";
import { Lane } from "../../test/support/sim_lane.ts";
import { Path } from "./path.ts";
import { scheduleChanges } from "./path_changes.ts";

Deno.test("scheduleChanges() lets rate, delay and loss change when it is time", () => {
  const path = new Path(
    { delay: 10_000, bottleneck: { packetsPerSecond: 1_000, queuePackets: 20 } },
    new Random(1),
  );
  const lane = new Lane([path]);
  scheduleChanges(lane.network, path, [
    { at: micros(1 * SECOND), rate: { packetsPerSecond: 250 } },
    { at: micros(2 * SECOND), rate: { packetsPerSecond: 1_000 }, delay: 30_000 },
    { at: micros(3 * SECOND), loss: { kind: "random", probability: 0.5 } },
    { at: micros(4 * SECOND), loss: { kind: "random", probability: 0 } },
  ]);
  for (let i = 0; i < 5_000; i++) lane.send({}, i * MILLISECOND);
  lane.run(6 * SECOND);
  const { far } = lane;
  assertAlmostEquals(far.countIn(0.02e6, 1.01e6), 990, 2);
  assertAlmostEquals(far.countIn(1.1e6, 2e6), 225, 2);
  assertAlmostEquals(far.countIn(3.05e6, 4e6), 475, 60);
  assertAlmostEquals(far.countIn(4.05e6, 5e6), 950, 2);
  // The queue that filled when it was slow stands: what comes is what leaves.
  assertEquals(far.arrived.at(-1)!.time, 4_999_000 + 21_000 + 30_000);
});
