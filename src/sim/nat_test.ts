import { assertEquals } from "@std/assert";
import { micros, SECOND } from "units";
import { TcpFlag } from "wire/tcp.ts";
import { Lane, LANE_ADDRESS } from "../../test/support/sim_lane.ts";
import { HostGroup } from "./host_group.ts";
import { Nat, type NatOptions } from "./nat.ts";
import { PortTable } from "./port_policy.ts";

/** A host with every kind of port behind a table. */
function makeLane(options: NatOptions): { nat: Nat; lane: Lane } {
  const nat = new Nat(options);
  const ports = new PortTable({ rest: "dropped", closed: [1, 2, 3], adminProhibited: [13] });
  const profile = { ports, udp: true };
  const group = new HostGroup((address) => address === LANE_ADDRESS ? profile : undefined, 1);
  return { nat, lane: new Lane([nat.outward, group], [nat.inward], true) };
}

Deno.test("Nat drops what is new while its table is full, and lets known ones pass", () => {
  const { nat, lane } = makeLane({ entries: 100, timeout: 5 * SECOND });
  for (let port = 1_000; port < 1_150; port++) lane.send({ port }, port);
  for (let port = 1_000; port < 1_010; port++) lane.send({ port }, 2 * SECOND);
  lane.run(3 * SECOND);
  assertEquals([nat.refused, nat.entries(micros(3 * SECOND))], [50, 100]);
  lane.send({ port: 1_140 }, 6 * SECOND);
  lane.run(6 * SECOND + 1);
  assertEquals([nat.refused, nat.entries(micros(6 * SECOND + 1))], [50, 11]);
});

Deno.test("Nat lets answers in and forgets closed connections sooner", () => {
  const { nat, lane } = makeLane({ entries: 100 });
  lane.send({ port: 1 }, 0);
  lane.send({ port: 50 }, 0);
  lane.send({ port: 13 }, 0);
  lane.send({ kind: "echo", sequence: 0x0007_0001 }, 0);
  lane.run(SECOND);
  const kinds = lane.near.arrived.map(({ kind }) => kind).sort();
  assertEquals(kinds, ["echo-reply", "rst-ack", "unreachable"]);
  assertEquals(nat.entries(micros(9 * SECOND)), 4);
  assertEquals(nat.entries(micros(11 * SECOND)), 3);
  assertEquals(nat.entries(micros(121 * SECOND)), 0);
});

Deno.test("Nat drops answers whose entry is gone, and makes none for a RST", () => {
  const nat = new Nat({ timeout: 1 });
  const ports = new PortTable({ rest: "open" });
  const group = new HostGroup(() => ({ ports }), 1);
  const lane = new Lane([nat.outward, group], [nat.inward], true);
  lane.send({ port: 80 }, 0);
  lane.run(2 * SECOND);
  assertEquals(lane.near.arrived.length, 1, "the first SYN-ACK, not the one after a second");
  assertEquals(nat.strays, 1);
  lane.send({ port: 81, flags: TcpFlag.RST }, 2 * SECOND);
  lane.run(2 * SECOND);
  assertEquals(nat.entries(micros(2 * SECOND)), 0);
});
