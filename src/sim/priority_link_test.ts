import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { SECOND } from "units";
import { Lane } from "../../test/support/sim_lane.ts";
import { PriorityLink, type PriorityLinkOptions } from "./priority_link.ts";

/** 1,000 minimal frames per second. */
const RATE = 84 * 8e3;

const CLASSES: PriorityLinkOptions["classes"] = [
  { class: "icmp", queuePackets: 10 },
  { class: "all", queuePackets: 60 },
];

Deno.test("PriorityLink.accept() lets ICMP pass the SYNs that wait", () => {
  const lane = new Lane([new PriorityLink({ bitsPerSecond: RATE, classes: CLASSES })]);
  for (let i = 0; i < 50; i++) lane.send({}, 0);
  lane.send({ kind: "echo" }, 10_500);
  lane.run(SECOND);
  const { arrived } = lane.far;
  assertEquals(arrived.length, 51);
  const echo = arrived.findIndex(({ kind }) => kind === "echo");
  assertAlmostEquals(arrived[echo]!.time, 12_000, 1e-6, "after the frame that is being sent");
  assertAlmostEquals(arrived.at(-1)!.time, 51_000, 1e-6, "the rate is one");
});

Deno.test("PriorityLink.accept() drops by class: SYNs overflow while echoes are safe", () => {
  const link = new PriorityLink({ bitsPerSecond: RATE, classes: CLASSES });
  const lane = new Lane([link]);
  for (let i = 0; i < 2_000; i++) {
    lane.send({}, i * 500);
    if (i % 20 === 0) lane.send({ kind: "echo" }, i * 500);
  }
  lane.run(2 * SECOND);
  const echoes = lane.far.arrived.filter(({ kind }) => kind === "echo").length;
  assertEquals([echoes, link.dropped[0]], [100, 0]);
  assertEquals(link.dropped[1]! + lane.far.arrived.length, 2_100);
  assertAlmostEquals(lane.far.countIn(0.1e6, 1e6), 900, 1);
  const waits = lane.far.arrived.filter(({ kind }) => kind === "echo");
  waits.forEach(({ time }, i) => assertLess(time - i * 10_000, 2_001));
});

Deno.test("PriorityLink.accept() keeps the order within a class", () => {
  const lane = new Lane([new PriorityLink({ bitsPerSecond: RATE, classes: CLASSES })]);
  for (let port = 1; port <= 40; port++) lane.send({ port: 1, localPort: port }, port);
  lane.run(SECOND);
  const order = lane.far.arrived.map(({ port }) => port);
  assertEquals(order, Array.from({ length: 40 }, (_, i) => i + 1));
});
