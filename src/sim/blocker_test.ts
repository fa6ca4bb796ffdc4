import { assertEquals } from "@std/assert";
import { SECOND } from "units";
import { Lane, LANE_ADDRESS } from "../../test/support/sim_lane.ts";
import { Blocker } from "./blocker.ts";

Deno.test("Blocker lets so many packets pass and then nothing more, of any kind", () => {
  const blocker = new Blocker({ after: 2_500 });
  const lane = new Lane([blocker]);
  for (let i = 0; i < 3_000; i++) lane.send({ address: LANE_ADDRESS + (i & 3) }, i);
  lane.send({ kind: "echo" }, 4_000);
  lane.run(1e9);
  assertEquals([lane.far.arrived.length, blocker.blocked], [2_500, 501]);
});

Deno.test("Blocker counts one class, but blocks all of them, for its time", () => {
  const blocker = new Blocker({ after: 10, counts: "syn", lasts: 5 * SECOND });
  const lane = new Lane([blocker]);
  for (let i = 0; i < 50; i++) lane.send({ kind: "echo" }, i);
  for (let i = 0; i < 20; i++) lane.send({}, 100 + i);
  lane.send({ kind: "echo" }, 4.9 * SECOND);
  lane.send({ kind: "echo" }, 5.1 * SECOND);
  for (let i = 0; i < 11; i++) lane.send({}, 6 * SECOND);
  lane.run(7 * SECOND);
  const kinds = lane.far.arrived.map(({ kind }) => kind);
  assertEquals(kinds.filter((kind) => kind === "echo").length, 51);
  assertEquals(kinds.filter((kind) => kind === "syn").length, 20);
});

Deno.test("Blocker can count per target", () => {
  const lane = new Lane([new Blocker({ after: 10, per: "target" })]);
  for (let i = 0; i < 40; i++) lane.send({}, i);
  for (let i = 0; i < 5; i++) lane.send({ address: LANE_ADDRESS + 9 }, i);
  lane.run(100);
  assertEquals(lane.far.arrived.length, 15);
});
