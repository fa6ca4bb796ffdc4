import { assertEquals } from "@std/assert";
import { Lane, LANE_ADDRESS, type LanePacket } from "../../test/support/sim_lane.ts";
import type { Answer } from "../../test/support/sim_probe.ts";
import type { HostProfile } from "./host.ts";
import { HostGroup } from "./host_group.ts";
import { PortTable } from "./port_policy.ts";

/** What a host answers to one packet. */
function ask(profile: Partial<HostProfile>, packet: LanePacket): Answer[] {
  const ports = new PortTable({ rest: "closed", adminProhibited: [13] });
  const host = { ports, ...profile };
  const census = (address: number) => address === LANE_ADDRESS ? host : undefined;
  const lane = new Lane([new HostGroup(census, 1)], [], true);
  lane.send(packet, 5);
  lane.run(10);
  return lane.near.arrived;
}

Deno.test("IcmpStack answers an echo with its type of service, congestion mark included", () => {
  const [marked] = ask({}, { kind: "echo", tos: 0x2b, sequence: 9 });
  assertEquals([marked!.kind, marked!.tos, marked!.rest], ["echo-reply", 0x2b, 9]);
  const [plain] = ask({ ttl: 255 }, { kind: "echo" });
  assertEquals([plain!.tos, plain!.ttl], [0, 255]);
});

Deno.test("IcmpStack sends errors as internetwork control, with no mark of the packet's", () => {
  const [error] = ask({}, { port: 13, tos: 0x03 });
  assertEquals([error!.kind, error!.code, error!.tos], ["unreachable", 13, 0xc0]);
});
