import {
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertGreaterOrEqual,
  assertLess,
} from "@std/assert";
import { Random } from "random";
import { MILLISECOND, SECOND } from "units";
import { Lane, LANE_ADDRESS } from "../../test/support/sim_lane.ts";
import { HostGroup } from "./host_group.ts";
import { PortTable } from "./port_policy.ts";
import { Radio, type RadioOptions } from "./radio.ts";

const NOBODY = { load: 0, turn: 0 } as const;

function makeLane(options: RadioOptions, seed = 1): { radio: Radio; lane: Lane } {
  const radio = new Radio(options, new Random(seed));
  return { radio, lane: new Lane([radio.out], [radio.back]) };
}

/** Packets per second that pass one way when always enough wait. */
function saturate(length: number, options: RadioOptions): number {
  const { lane } = makeLane(options);
  for (let at = 0; at < 2 * SECOND; at += 35) lane.send({ length }, at);
  lane.run(2 * SECOND);
  return lane.far.countIn(0.5 * SECOND, 2 * SECOND) / 1.5;
}

Deno.test("Radio passes about 20 Mbit/s of full-size packets among its neighbours", () => {
  assertAlmostEquals((saturate(1_500, {}) * 1_500 * 8) / 1e6, 20, 2);
});

Deno.test("Radio spends a turn on a small packet, unless many wait", () => {
  const oneByOne = saturate(44, { neighbours: NOBODY, longestTurn: 1, frameLoss: 0 });
  // AIFS 43, 7.5 slots of 9, preamble 36, 104 bytes at 39 Mbit/s, SIFS 16, acknowledgment 32.
  assertAlmostEquals(oneByOne, 1e6 / (43 + 67.5 + 36 + 21.3 + 16 + 32), 100);
  assertGreater(saturate(44, { neighbours: NOBODY }), 5 * oneByOne);
  assertAlmostEquals(saturate(44, {}), 10_500, 1_000);
});

Deno.test("Radio delivers in bunches and in order", () => {
  const { lane, radio } = makeLane({});
  for (let i = 0; i < 5_000; i++) lane.send({ localPort: i }, i * 150);
  lane.run(3 * SECOND);
  const { arrived } = lane.far;
  assertEquals(arrived.map(({ port }) => port), Array.from({ length: 5_000 }, (_, i) => i));
  const gaps = arrived.slice(1).map(({ time }, i) => time - arrived[i]!.time);
  const together = gaps.filter((gap) => gap === 0).length / gaps.length;
  assertGreater(together, 0.8);
  assertGreater(Math.max(...gaps), 4 * MILLISECOND);
  assertGreater(radio.out.frames, 1.08 * 5_000, "retries");
  assertEquals(radio.out.lost, 0);
});

Deno.test("Radio makes both directions compete for the same air", () => {
  const ports = new PortTable({ rest: "closed" });
  const radio = new Radio({ neighbours: NOBODY, queuePackets: 1_000 }, new Random(1));
  const group = new HostGroup((address) => address === LANE_ADDRESS ? { ports } : undefined, 1);
  const lane = new Lane([radio.out, group], [radio.back], true);
  for (let i = 0; i < 20_000; i++) lane.send({ localPort: i }, i * 50);
  lane.run(SECOND);
  const oneWay = saturate(44, { neighbours: NOBODY });
  const answered = lane.near.countIn(0.3 * SECOND, SECOND) / 0.7;
  assertLess(answered, 0.65 * oneWay);
  assertGreater(answered, 0.3 * oneWay);
  assertGreater(radio.collisions, 10);
});

Deno.test("Radio is quick when nobody else sends", () => {
  const { lane } = makeLane({ neighbours: NOBODY, frameLoss: 0 });
  for (let i = 0; i < 100; i++) lane.send({}, i * 10 * MILLISECOND);
  lane.run(2 * SECOND);
  lane.far.arrived.forEach(({ time }, i) => {
    // The air has been free for long: no backoff.
    assertAlmostEquals(time - i * 10 * MILLISECOND, 43 + 36 + 21.3 + 16 + 32, 0.1);
  });
});

Deno.test("Radio gives up what is lost on every try", () => {
  const { lane, radio } = makeLane({ neighbours: NOBODY, frameLoss: 0.5, retries: 3 });
  for (let i = 0; i < 4_000; i++) lane.send({ localPort: i }, i * 1_000);
  lane.run(6 * SECOND);
  assertEquals(radio.out.lost + lane.far.arrived.length, 4_000);
  assertAlmostEquals(radio.out.lost / 4_000, 1 / 16, 0.015);
  assertEquals(lane.network.pool.inUse, 0);
});

Deno.test("Radio lets nothing pass during a stall", () => {
  const stalls = { every: 500 * MILLISECOND, lasts: 80 * MILLISECOND };
  const { lane, radio } = makeLane({ neighbours: NOBODY, frameLoss: 0, stalls });
  for (let i = 0; i < 10_000; i++) lane.send({}, i * MILLISECOND);
  lane.run(11 * SECOND);
  const { arrived } = lane.far;
  assertEquals(arrived.length, 10_000);
  const waits = arrived.map(({ time }, i) => time - i * MILLISECOND);
  assertGreaterOrEqual(Math.max(...waits), 60 * MILLISECOND);
  assertLess(Math.max(...waits), 250 * MILLISECOND);
  const held = waits.filter((wait) => wait > 2 * MILLISECOND).length;
  assertAlmostEquals(held / 10_000, 80 / 580, 0.06);
  assertGreater(radio.stalled, 8);
});

Deno.test("Radio drops what finds the queue of its end full", () => {
  const { lane, radio } = makeLane({ queuePackets: 100 });
  for (let i = 0; i < 1_000; i++) lane.send({}, i);
  lane.run(2 * SECOND);
  assertEquals(radio.out.overflowed + lane.far.arrived.length, 1_000);
  assertGreaterOrEqual(lane.far.arrived.length, 100);
  assertEquals([lane.network.pool.inUse, lane.network.pending, radio.back.backlog], [0, 0, 0]);
});
