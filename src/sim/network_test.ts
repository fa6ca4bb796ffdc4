import { assertEquals, assertThrows } from "@std/assert";
import { micros } from "units";
import { Collector, Lane, LANE_ADDRESS } from "../../test/support/sim_lane.ts";
import { Network } from "./network.ts";

Deno.test("Network.attach() refuses ranges that overlap", () => {
  const network = new Network();
  const route = { out: [new Collector()], back: [new Collector()] };
  const range = (first: number, last: number) => ({ range: { first, last }, ...route });
  network.attach(range(100, 199));
  network.attach(range(300, 399));
  network.attach(range(200, 299));
  const taken = [[0, 100], [399, 500], [150, 160], [0, 1_000], [200, 200]] as const;
  for (const [first, last] of taken) {
    assertThrows(() => network.attach(range(first, last)), Error, "overlap");
  }
  assertEquals([99, 100, 250, 399, 400].map((address) => network.isRouted(address)), [
    false,
    true,
    true,
    true,
    false,
  ]);
});

Deno.test("Network.schedule() runs actions in their order, and actions that schedule more", () => {
  const network = new Network();
  const ran: string[] = [];
  let left = 1_000;
  const again = (): void => {
    if (--left > 0) network.schedule(micros(network.now + 1), again);
  };
  network.schedule(micros(5), () => ran.push("b"));
  network.schedule(micros(1), () => ran.push("a"));
  network.schedule(micros(5), () => ran.push("c"));
  network.schedule(micros(2), again);
  network.advance(micros(2_000));
  assertEquals(ran, ["a", "b", "c"]);
  assertEquals([left, network.pending, network.now], [0, 0, 2_000]);
});

Deno.test("Network.send() counts what nobody has, and lets no time go back", () => {
  const lane = new Lane([]);
  lane.send({ address: LANE_ADDRESS + 1_000 }, 10);
  lane.run(100);
  const { network } = lane;
  assertEquals([network.unrouted, network.pool.inUse], [1, 0]);
  const packet = network.pool.take(40);
  network.pool.view(packet).setUint32(network.pool.at(packet) + 16, LANE_ADDRESS);
  network.send(packet, micros(50));
  assertEquals(network.now, 100);
  assertEquals(lane.far.arrived.map(({ time }) => time), [100]);
});
