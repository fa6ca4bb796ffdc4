import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { Random } from "random";
import { SECOND } from "units";
import { Lane, LANE_ADDRESS } from "../../test/support/sim_lane.ts";
import type { Answer } from "../../test/support/sim_probe.ts";
import { Liar, type Lie } from "./liar.ts";

const SYN = { port: 443, localPort: 61_000, sequence: 0xffff_fff0 };

/** What a liar of one kind sends to 500 SYNs; the SYNs arrive all the same. */
function lie(kind: Lie): Answer[] {
  const liar = new Liar({ lies: { [kind]: 1 } }, new Random(1));
  const lane = new Lane([liar]);
  for (let i = 0; i < 500; i++) lane.send(SYN, i);
  lane.run(1_000);
  assertEquals(lane.far.arrived.length, 500);
  assertEquals(lane.far.arrived.every(({ sequence }) => sequence === SYN.sequence), true);
  assertEquals([liar.told[kind], lane.near.arrived.length], [500, 500]);
  assertEquals(lane.network.pool.inUse, 0);
  return lane.near.arrived;
}

Deno.test("Liar acknowledges what was not sent", () => {
  for (const { acknowledgment, port, source } of lie("wrongAck")) {
    assertEquals([port, source], [443, LANE_ADDRESS]);
    const ahead = (acknowledgment - SYN.sequence) >>> 0;
    assertEquals(ahead >= 2 && ahead <= 0xffff_fffe, true);
  }
});

Deno.test("Liar answers for another port, or from another address", () => {
  for (const { acknowledgment, port, source } of lie("wrongPort")) {
    assertNotEquals(port, 443);
    assertEquals([acknowledgment, source], [0xffff_fff1, LANE_ADDRESS]);
  }
  for (const { acknowledgment, port, source } of lie("stranger")) {
    assertEquals([port, acknowledgment, source >>> 8], [443, 0xffff_fff1, 0xcb0071]);
  }
});

Deno.test("Liar answers blindly to ports near those in use", () => {
  const answers = lie("blind");
  assertEquals(answers.every(({ localPort }) => Math.abs(localPort - 61_000) <= 40), true);
  assertEquals(new Set(answers.map(({ kind }) => kind)), new Set(["syn-ack", "rst-ack", "ack"]));
});

Deno.test("Liar sends errors and garbage", () => {
  const errors = lie("bogusError");
  assertAlmostEquals(errors.filter(({ kind }) => kind === "unreachable").length, 375, 40);
  const sizes = new Set(lie("garbage").map(({ length }) => length));
  assertEquals(sizes.size > 40, true);
});

Deno.test("Liar floods for a while from the first SYN on", () => {
  const liar = new Liar({ flood: { rate: 2_000, lasts: 3 * SECOND } }, new Random(1));
  const lane = new Lane([liar]);
  lane.send(SYN, SECOND);
  lane.send(SYN, 3 * SECOND);
  lane.run(20 * SECOND);
  assertAlmostEquals(lane.near.arrived.length, 6_000, 1);
  assertEquals(liar.flooded, lane.near.arrived.length);
  assertEquals(lane.near.arrived[0]!.time, SECOND);
  assertEquals(lane.near.arrived.at(-1)!.time < 4 * SECOND, true);
  assertEquals([lane.network.pool.inUse, lane.network.pending], [0, 0]);
});
