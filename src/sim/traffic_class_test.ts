import { assertEquals } from "@std/assert";
import { TcpFlag } from "wire/tcp.ts";
import { Lane, type LanePacket } from "../../test/support/sim_lane.ts";
import { Policer } from "./policer.ts";
import type { TrafficClass } from "./traffic_class.ts";

/** One of each: what a policer of this class with an empty bucket lets through. */
function passes(trafficClass: TrafficClass): string[] {
  const limit = { kind: "second-counter", limit: 0 } as const;
  const lane = new Lane([new Policer({ limit, class: trafficClass })]);
  const packets: LanePacket[] = [
    {},
    { flags: TcpFlag.ACK },
    { flags: TcpFlag.SYN | TcpFlag.ACK },
    { kind: "echo" },
  ];
  for (const packet of packets) lane.send(packet, 1);
  lane.run(10);
  return lane.far.arrived.map(({ kind }) => kind);
}

Deno.test("isOfClass() tells SYNs, TCP and ICMP apart", () => {
  assertEquals(passes("all"), []);
  assertEquals(passes("tcp"), ["echo"]);
  assertEquals(passes("syn"), ["ack", "syn-ack", "echo"]);
  assertEquals(passes("icmp"), ["syn", "ack", "syn-ack"]);
  assertEquals(passes("udp"), ["syn", "ack", "syn-ack", "echo"]);
});
