import { assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import { Random } from "random";
import { micros, MILLISECOND, SECOND } from "units";
import { ipv4Ttl } from "wire/ipv4.ts";
import { Lane, LANE_ADDRESS } from "../../test/support/sim_lane.ts";
import { Network } from "./network.ts";
import { Path, type PathOptions } from "./path.ts";

function makePath(options: PathOptions, seed = 1): Path {
  return new Path(options, new Random(seed));
}

Deno.test("Paths in a row add their delays, and the slowest sets the pace", () => {
  const lane = new Lane([
    makePath({ delay: 1_000, bottleneck: { bitsPerSecond: 84 * 8e4, queuePackets: 1e3 } }),
    makePath({ delay: 2_000, bottleneck: { bitsPerSecond: 84 * 8e3, queuePackets: 1e3 } }),
    makePath({ delay: 3_000, bottleneck: { bitsPerSecond: 84 * 8e5, queuePackets: 1e3 } }),
  ]);
  for (let i = 0; i < 100; i++) lane.send({}, 0);
  lane.run(SECOND);
  const times = lane.far.arrived.map(({ time }) => time);
  assertEquals(times.length, 100);
  assertAlmostEquals(times[0]!, 6_000 + 100 + 1_000 + 10, 1e-6);
  assertAlmostEquals(times[99]! - times[0]!, 99_000, 1e-6);
});

Deno.test("A Path in several routes is shared by them", () => {
  const network = new Network();
  const shared = makePath({ bottleneck: { bitsPerSecond: 84 * 8e3, queuePackets: 1e3 } });
  const lane = new Lane([shared]);
  const alone = lane.network;
  const far = lane.far;
  alone.attach({
    range: { first: LANE_ADDRESS + 256, last: LANE_ADDRESS + 511 },
    out: [makePath({ delay: 500 }), shared, far],
    back: [lane.near],
  });
  for (let i = 0; i < 50; i++) {
    lane.send({ port: 1 }, i * 1_000);
    lane.send({ port: 2, address: LANE_ADDRESS + 256 }, i * 1_000);
  }
  lane.run(SECOND);
  assertEquals(far.arrived.length, 100);
  assertAlmostEquals(far.arrived[99]!.time, 100_000, 1_000);
  assertEquals(network.pending, 0);
});

Deno.test("Path.accept() takes hops from what passes and drops what may go no further", () => {
  const path = makePath({ hops: 7 });
  const lane = new Lane([path]);
  for (const ttl of [64, 8, 7, 1]) lane.send({ ttl }, ttl);
  lane.run(100);
  assertEquals(lane.far.arrived.map(({ ttl }) => ttl), [1, 57]);
  assertEquals(path.counters.expired, 2);
  assertEquals(lane.network.pool.inUse, 0);
});

Deno.test("Path.accept() marks what takes marks when its queue stands, and drops the rest", () => {
  const path = makePath({
    bottleneck: { bitsPerSecond: 84 * 8e3, queuePackets: 1_000, codel: {} },
  });
  const lane = new Lane([path]);
  // Two packets where one fits: a queue that stands and grows.
  for (let i = 0; i < 2_000; i++) lane.send({ tos: i % 2 === 0 ? 0x02 : 0 }, i * 500);
  lane.run(3 * SECOND);
  const { arrived } = lane.far;
  const marked = arrived.filter(({ tos }) => (tos & 3) === 3).length;
  assertGreater(marked, 3);
  assertEquals(marked, path.counters.marked);
  assertEquals(
    arrived.filter(({ tos }) => tos !== 0).length,
    1_000,
    "none that takes marks is lost",
  );
  assertGreater(path.counters.overflowed, 3);
  assertEquals(path.bottleneck!.shed, path.counters.overflowed);
  assertEquals(arrived.length + path.counters.overflowed, 2_000);
});

Deno.test("Path.setRate(), setDelay() and setLoss() hold from the next packet on", () => {
  const path = makePath({ delay: 1_000, bottleneck: { bitsPerSecond: 84 * 8e6 } });
  const lane = new Lane([path]);
  const { network } = lane;
  network.schedule(micros(10), () => path.setRate({ packetsPerSecond: 1_000 }));
  network.schedule(micros(20_000), () => path.setDelay(5_000));
  network.schedule(micros(40_000), () => path.setLoss({ kind: "random", probability: 1 }));
  for (const at of [0, 15, 15, 30_000, 50_000]) lane.send({}, at);
  lane.run(SECOND);
  const times = lane.far.arrived.map(({ time }) => time);
  [1_001, 2_015, 3_015, 36_000].forEach((time, i) => assertAlmostEquals(times[i]!, time, 1e-6));
  assertEquals(path.counters.lost, 1);
});

Deno.test("Path.accept() flips one bit of a corrupted packet, wherever it is", () => {
  const network = new Network();
  const path = makePath({ corrupt: 1 });
  const seen = new Set<number>();
  const end = {
    accept(packet: number, _now: unknown, site: { drop(packet: number): void }) {
      seen.add(ipv4Ttl(network.pool.view(packet), network.pool.at(packet)));
      assertEquals(network.pool.damaged[packet], 1);
      site.drop(packet);
    },
    wake() {},
  };
  const route = network.addRoute([path, end]);
  for (let i = 0; i < 2_000; i++) {
    const packet = network.pool.take(40);
    network.pool.view(packet).setUint8(network.pool.at(packet) + 8, 64);
    network.launch(packet, route, micros(0));
  }
  assertGreater(seen.size, 4);
  assertLess(seen.size, 10);
  assertEquals(network.pool.inUse, 0);
});

Deno.test("a dropper serves slowly from a short queue: bursts suffer", () => {
  const dropper = () => makePath({ bottleneck: { packetsPerSecond: 250, queuePackets: 12 } });
  const burst = new Lane([dropper()]);
  for (let i = 0; i < 50; i++) burst.send({ length: 40 + 20 * i }, 0);
  burst.run(SECOND);
  assertEquals(burst.far.arrived.length, 13, "whatever their size");
  const paced = new Lane([dropper()]);
  for (let i = 0; i < 500; i++) paced.send({}, i * 4 * MILLISECOND);
  paced.run(3 * SECOND);
  assertEquals(paced.far.arrived.length, 500);
});
