import { assertEquals, assertNotEquals } from "@std/assert";
import { Random } from "random";
import { TcpFlag } from "wire/tcp.ts";
import { Lane, LANE_ADDRESS, type LanePacket } from "../../test/support/sim_lane.ts";
import type { Answer } from "../../test/support/sim_probe.ts";
import { HostGroup } from "./host_group.ts";
import { Middlebox, type MiddleboxOptions } from "./middlebox.ts";
import { Path } from "./path.ts";
import { PortTable } from "./port_policy.ts";

function hop(): Path {
  return new Path({ delay: 10_000, hops: 5 }, new Random(1));
}

/** What comes back of each packet when a box stands half-way to a host with one open port. */
function ask(options: MiddleboxOptions, packets: LanePacket[]): Answer[] {
  const near = hop();
  const ports = new PortTable({ rest: "closed", open: [22] });
  const group = new HostGroup((address) => address === LANE_ADDRESS ? { ports } : undefined, 1);
  const box = new Middlebox(options);
  const lane = new Lane([hop(), box, hop(), group], [hop(), near], true);
  packets.forEach((packet, i) => lane.send(packet, i));
  lane.run(1e6);
  assertEquals(lane.network.pool.inUse, 0);
  return lane.near.arrived.toSorted((a, b) => a.port - b.port);
}

Deno.test("Middlebox answers for its ports from nearer, and lets the others pass", () => {
  const near = hop();
  const ports = new PortTable({ rest: "closed" });
  const group = new HostGroup(() => ({ ports }), 1);
  const lane = new Lane([], [], false);
  const back = lane.network.addRoute([near, lane.near]);
  lane.network.attach({
    range: { first: LANE_ADDRESS + 256, last: LANE_ADDRESS + 256 },
    out: [hop(), new Middlebox({ ports: [25], answer: "rst", back }), hop(), group],
    back: [hop(), near, lane.near],
  });
  lane.send({ port: 25, address: LANE_ADDRESS + 256, sequence: 7 }, 0);
  lane.send({ port: 80, address: LANE_ADDRESS + 256, sequence: 8 }, 0);
  lane.run(1e6);
  const [box, host] = lane.near.arrived;
  assertEquals([box!.port, box!.kind, box!.acknowledgment], [25, "rst-ack", 8]);
  assertEquals([box!.time, box!.ttl], [20_000, 250]);
  assertEquals([host!.port, host!.time, host!.ttl], [80, 40_000, 54]);
  assertEquals(box!.source, host!.source);
});

Deno.test("Middlebox as a SYN proxy answers every SYN, without options, and nothing else", () => {
  const proxy = { ports: "all", answer: "syn-ack", ttl: 64 } as const;
  const answers = ask(proxy, [
    { port: 22, sequence: 1 },
    { port: 23, sequence: 2 },
    { port: 23, sequence: 3, flags: TcpFlag.SYN | TcpFlag.ECE | TcpFlag.CWR },
    { port: 24, flags: TcpFlag.ACK, acknowledgment: 9 },
    { port: 25, flags: TcpFlag.RST },
  ]);
  assertEquals(answers.map(({ kind }) => kind), ["syn-ack", "syn-ack", "syn-ack"]);
  assertEquals(answers.map(({ acknowledgment }) => acknowledgment), [2, 3, 4]);
  assertEquals(answers.map(({ length, window, ttl }) => [length, window, ttl]), [
    [40, 0, 54],
    [40, 0, 54],
    [40, 0, 54],
  ]);
  assertNotEquals(answers[1]!.sequence, answers[2]!.sequence);
});

Deno.test("Middlebox says from its own address that ports are prohibited", () => {
  const address = 0xcb007101;
  const [error, closed] = ask({ ports: [25], answer: "prohibited", address }, [
    { port: 25, sequence: 1 },
    { port: 80 },
  ]);
  assertEquals([error!.kind, error!.code, error!.source], ["unreachable", 13, address]);
  assertEquals(closed!.kind, "rst-ack");
});
