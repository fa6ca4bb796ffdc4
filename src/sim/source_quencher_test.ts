import { assertEquals, assertNotEquals } from "@std/assert";
import { Random } from "random";
import { Lane } from "../../test/support/sim_lane.ts";
import { Path } from "./path.ts";
import { SourceQuencher } from "./source_quencher.ts";

Deno.test("SourceQuencher speaks while the queue behind it is long, and lets all pass", () => {
  const path = new Path(
    { bottleneck: { packetsPerSecond: 1_000, queuePackets: 100 } },
    new Random(1),
  );
  const address = 0xcb007105;
  const quencher = new SourceQuencher({
    bottleneck: path.bottleneck!,
    above: 50,
    every: 10,
    address,
  });
  const lane = new Lane([quencher, path]);
  for (let i = 0; i < 90; i++) lane.send({ localPort: i }, 0);
  for (let i = 0; i < 50; i++) lane.send({ localPort: i }, 1e6 + i * 1_000);
  lane.run(2e6);
  assertEquals(lane.far.arrived.length, 140);
  const quenches = lane.near.arrived;
  assertEquals(quenches.length, 4, "of the 39 that met more than 50, one in ten");
  assertEquals(quencher.sent, 4);
  for (const { kind, source, length, time } of quenches) {
    assertEquals([kind, source, length, time], ["source-quench", address, 20 + 8 + 20 + 8, 0]);
  }
  assertNotEquals(quenches[0]!.source, lane.far.arrived[0]!.source);
});
