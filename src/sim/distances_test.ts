import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { Lane, LANE_ADDRESS } from "../../test/support/sim_lane.ts";
import { Distances } from "./distances.ts";

const OPTIONS = { nearest: 10_000, farthest: 90_000, seed: 7 };

Deno.test("Distances.roundTrip() spreads hosts evenly and never changes", () => {
  const distances = new Distances(OPTIONS);
  const trips = Array.from({ length: 1_000 }, (_, host) => distances.roundTrip(host));
  assertEquals(trips, trips.map((_, host) => distances.roundTrip(host)));
  for (const quarter of [0, 1, 2, 3]) {
    const from = 10_000 + quarter * 20_000;
    const share = trips.filter((trip) => trip >= from && trip < from + 20_000).length;
    assertGreater(share, 200);
    assertLess(share, 300);
  }
});

Deno.test("Distances delays by half a round trip each way, host by host", () => {
  const distances = new Distances(OPTIONS);
  const lane = new Lane([distances.outward]);
  for (const host of [5, 6]) lane.send({ address: LANE_ADDRESS + host }, 1_000);
  lane.run(100_000);
  const times = lane.far.arrived.map(({ time }) => time).sort();
  const expected = [5, 6].map((host) => 1_000 + distances.roundTrip(LANE_ADDRESS + host) / 2);
  assertEquals(times, expected.sort());
});
