import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "random";
import { micros, SECOND } from "units";
import { finishIpv4 } from "wire/ipv4.ts";
import { TcpFlag } from "wire/tcp.ts";
import { Lane, LANE_ADDRESS } from "../../test/support/sim_lane.ts";
import type { HostProfile } from "./host.ts";
import { HostGroup } from "./host_group.ts";
import { PortTable } from "./port_policy.ts";
import { BSD_LIMITS, LINUX_LIMITS, SOLARIS_LIMITS } from "./reply_limits.ts";

/** Every kind of port, by number. */
const PORTS = new PortTable({ rest: "closed", open: [22], dropped: [23], adminProhibited: [13] });

function makeLane(profile: Partial<HostProfile>): { group: HostGroup; lane: Lane } {
  const host = { ports: PORTS, ...profile };
  const group = new HostGroup((address) => address === LANE_ADDRESS ? host : undefined, 1);
  return { group, lane: new Lane([group], [], true) };
}

/** Sends 1,000 SYNs per second for 10 s; answers by kind. */
function countAnswers(profile: Partial<HostProfile>): Record<string, number> {
  const { lane } = makeLane({ synAckRetries: 0, ...profile });
  for (let i = 0; i < 10_000; i++) {
    const at = 10 * SECOND + i * 1_000;
    lane.send({ port: 100, localPort: i }, at);
    lane.send({ port: 22, localPort: i }, at);
    lane.send({ port: 13, localPort: i }, at);
    lane.send({ port: 22, flags: TcpFlag.ACK, acknowledgment: i, localPort: i }, at + 1);
    lane.send({ kind: "echo" }, at);
  }
  lane.run(30 * SECOND);
  const counts: Record<string, number> = {};
  for (const { kind } of lane.near.arrived) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

Deno.test("a host limits its answers as its system does", () => {
  assertEquals(countAnswers({ limits: LINUX_LIMITS }), {
    "rst-ack": 10_000,
    "syn-ack": 10_000,
    unreachable: 15,
    rst: 10_000,
    "echo-reply": 10_000,
  });
  const bsd = countAnswers({ limits: BSD_LIMITS });
  for (const kind of ["rst-ack", "rst", "unreachable", "echo-reply"]) {
    assertAlmostEquals(bsd[kind]!, 2_000, 60, kind);
  }
  assertEquals(bsd["syn-ack"], 10_000);
  const solaris = countAnswers({ limits: SOLARIS_LIMITS });
  assertEquals([solaris["rst-ack"], solaris["rst"]], [400, 400]);
  assertAlmostEquals(solaris["unreachable"]!, 1_010, 2);
});

Deno.test("a host that is away answers nothing, and comes back as it was", () => {
  const away = [{ from: micros(1 * SECOND), until: micros(3 * SECOND) }];
  const { lane, group } = makeLane({ away, synAckRetries: 3 });
  lane.send({ port: 22 }, 0.5 * SECOND);
  for (const at of [0.9, 1, 2.9, 3]) lane.send({ port: 100 }, at * SECOND);
  lane.run(30 * SECOND);
  const times = lane.near.arrived.map(({ time }) => time / SECOND);
  // SYN-ACKs at 0.5 and after 1, 2, 4 s more; the first of these falls into the absence.
  assertEquals(times, [0.5, 0.9, 3, 3.5, 7.5]);
  assertEquals(group.ignored, 2);
});

Deno.test("a tarpit answers every port with window 0 and keeps nothing", () => {
  const ports = new PortTable({ rest: "open" });
  const { lane, group } = makeLane({ ports, window: 0, mss: 0, backlog: 0, ack: false });
  const random = new Random(1);
  for (let i = 0; i < 500; i++) lane.send({ port: random.below(65_536), localPort: i }, i);
  lane.send({ port: 80, localPort: 1, flags: TcpFlag.ACK }, 1_000);
  lane.run(20 * SECOND);
  const { arrived } = lane.near;
  assertEquals(arrived.length, 500);
  assertEquals(arrived.every(({ kind, window }) => kind === "syn-ack" && window === 0), true);
  assertEquals([arrived[0]!.length, group.halfOpen], [40, 0]);
});

Deno.test("a host keeps no more half-open connections than its backlog", () => {
  const { lane, group } = makeLane({ backlog: 10, synAckRetries: 1 });
  for (let i = 0; i < 30; i++) lane.send({ port: 22, localPort: 1_000 + i }, i);
  lane.run(SECOND / 2);
  assertEquals(group.halfOpen, 10);
  lane.send({ port: 22, localPort: 1_000, sequence: 1_001, flags: TcpFlag.RST }, SECOND / 2);
  lane.send({ port: 22, localPort: 2_000 }, SECOND / 2 + 1);
  lane.send({ port: 22, localPort: 2_001 }, SECOND / 2 + 2);
  lane.run(20 * SECOND);
  // 32 at once, and once more after a second those that were kept: 9 of the first, and one.
  assertEquals(lane.near.arrived.length, 32 + 10);
  assertEquals([group.halfOpen, group.hostAt(LANE_ADDRESS)!.halfOpen], [0, 0]);
});

Deno.test("a closed port resets whatever comes, an open one takes a plain SYN alone", () => {
  const odd = [0, TcpFlag.FIN, TcpFlag.FIN | TcpFlag.PSH | TcpFlag.URG];
  const { lane } = makeLane({});
  odd.forEach((flags, i) => lane.send({ port: 100, flags }, i));
  odd.forEach((flags, i) => lane.send({ port: 22, flags }, 10 + i));
  lane.send({ port: 22, flags: TcpFlag.SYN | TcpFlag.FIN }, 20);
  lane.send({ port: 100, flags: TcpFlag.RST }, 21);
  lane.run(100);
  const { arrived } = lane.near;
  assertEquals(arrived.map(({ kind, port }) => [kind, port]), odd.map(() => ["rst-ack", 100]));
  // RFC 9293: a FIN takes a number, nothing takes none.
  assertEquals(arrived.map(({ acknowledgment }) => acknowledgment), [1_000, 1_001, 1_001]);
});

Deno.test("a host ignores what is damaged, in pieces or too short", () => {
  const { lane, group } = makeLane({ udp: true });
  const { network } = lane;
  const spoil = (offset: number, value: number) => {
    const packet = lane.write({ port: 100 });
    network.pool.view(packet).setUint8(network.pool.at(packet) + offset, value);
    network.send(packet, network.now);
  };
  const fragment = lane.write({ port: 100 });
  const view = network.pool.view(fragment);
  view.setUint16(network.pool.at(fragment) + 6, 0x2000);
  finishIpv4(view, network.pool.at(fragment));
  network.send(fragment, network.now);
  spoil(8, 63);
  spoil(22, 99);
  spoil(27, 77);
  spoil(32, 0x10);
  const short = lane.write({ port: 100 });
  network.pool.length[short] = 30;
  network.send(short, network.now);
  lane.run(10);
  assertEquals([lane.near.arrived.length, group.ignored, network.pool.inUse], [0, 6, 0]);
});

Deno.test("a host's firewall can send its ICMP errors from an address of its own", () => {
  const { lane } = makeLane({ errorsFrom: 0xc0000263 });
  lane.send({ port: 13 }, 0);
  lane.run(10);
  const [error] = lane.near.arrived;
  assertEquals([error!.kind, error!.source], ["unreachable", 0xc0000263]);
});
