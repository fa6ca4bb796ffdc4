import { assertAlmostEquals, assertEquals } from "@std/assert";
import { SECOND } from "units";
import { Lane } from "../../test/support/sim_lane.ts";
import { Policer } from "./policer.ts";

Deno.test("Policer lets its burst and then its rate through, and counts the rest", () => {
  for (const rate of [25, 400]) {
    const limit = { kind: "token-bucket", rate, burst: 40 } as const;
    const policer = new Policer({ limit, class: "syn" });
    const lane = new Lane([policer]);
    for (let i = 0; i < 10_000; i++) lane.send({ localPort: i }, i * 1_000);
    lane.run(20 * SECOND);
    assertAlmostEquals(lane.far.arrived.length, 40 + 10 * rate, 1);
    assertEquals(policer.dropped, 10_000 - lane.far.arrived.length);
    assertEquals(lane.far.countIn(0, 0.039 * SECOND), 39, "the burst is not delayed");
  }
});

Deno.test("Policer of all packets makes no difference between them", () => {
  const limit = { kind: "token-bucket", rate: 100, burst: 1 } as const;
  const lane = new Lane([new Policer({ limit, class: "all" })]);
  for (let i = 0; i < 4_000; i++) lane.send({ kind: i % 3 === 0 ? "tcp" : "echo" }, i * 2_500);
  lane.run(20 * SECOND);
  const kinds = lane.far.arrived.map(({ kind }) => kind);
  assertAlmostEquals(kinds.length, 1_000, 2);
  assertAlmostEquals(kinds.filter((kind) => kind === "echo").length, 667, 3);
});
