import { assertEquals } from "@std/assert";
import { Random } from "random";
import { SECOND } from "units";
import { Lane, LANE_ADDRESS } from "../../test/support/sim_lane.ts";
import { HostGroup } from "./host_group.ts";
import { LastRouter, type LastRouterOptions } from "./last_router.ts";
import { PortTable } from "./port_policy.ts";

const ROUTER = 0xc00002fe;

/** A block in which one address is taken. */
function makeLane(options: Partial<LastRouterOptions> = {}): { router: LastRouter; lane: Lane } {
  const ports = new PortTable({ rest: "closed" });
  const census = (address: number) => address === LANE_ADDRESS ? { ports } : undefined;
  const router = new LastRouter({ census, address: ROUTER, ...options }, new Random(1));
  return { router, lane: new Lane([router, new HostGroup(census, 1)], [], true) };
}

Deno.test("LastRouter says after 3 s that nobody is there, and lets the others pass", () => {
  const { lane } = makeLane();
  lane.send({}, 0);
  lane.send({ address: LANE_ADDRESS + 1, port: 99 }, 1_000);
  lane.run(10 * SECOND);
  const [closed, error] = lane.near.arrived;
  assertEquals([closed!.kind, closed!.time], ["rst-ack", 0]);
  assertEquals([error!.kind, error!.code, error!.source], ["unreachable", 1, ROUTER]);
  assertEquals(error!.time, 3 * SECOND + 1_000);
});

Deno.test("LastRouter keeps a few packets per address, and asks again when they are gone", () => {
  const limit = { kind: "token-bucket", rate: 1e6, burst: 100 } as const;
  const { lane, router } = makeLane({ limit });
  for (let i = 0; i < 10; i++) {
    lane.send({ address: LANE_ADDRESS + 1 }, i * 100_000);
    lane.send({ address: LANE_ADDRESS + 2 }, i * 100_000);
  }
  lane.send({ address: LANE_ADDRESS + 1 }, 5 * SECOND);
  lane.run(20 * SECOND);
  const seconds = lane.near.arrived.map(({ time }) => time / SECOND);
  assertEquals(seconds, [3, 3, 3, 3, 3, 3, 8]);
  assertEquals([router.dropped, router.sent, lane.network.pool.inUse], [14, 7, 0]);
});

Deno.test("LastRouter is held back by the limit on ICMP errors", () => {
  const { lane, router } = makeLane();
  for (let i = 1; i < 256; i++) lane.send({ address: LANE_ADDRESS + i }, 10 * SECOND + i);
  lane.run(30 * SECOND);
  assertEquals(router.sent, 6);
});
