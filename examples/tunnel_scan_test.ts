import { assertEquals } from "@std/assert";
import { createSocket, type Socket } from "node:dgram";
import { STATE_NAMES } from "engine/port_state.ts";
import { parsePorts, type ScanEvent, TargetSet } from "portbunny/engine";
import { ipv4ToNumber } from "wire/address.ts";
import { AnswerBuilder, type PacketSpan } from "wire/build.ts";
import { IcmpType, icmpType } from "wire/icmp.ts";
import { IPV4_LENGTH, ipv4Protocol, Protocol } from "wire/ipv4.ts";
import { tcpDestinationPort, TcpFlag, tcpFlags } from "wire/tcp.ts";
import { scanThrough, TunnelLink } from "./tunnel_scan.ts";

/** Where agent and scanner meet. Everything else of this test exists in datagrams only. */
const LOOPBACK = "127.0.0.1";

const SOURCE = Uint8Array.of(198, 51, 100, 1);
const TARGET = Uint8Array.of(192, 0, 2, 10);

/** An agent with one host behind it: 22 is open, everything from 500 on silent, the rest closed. */
function serveAgent(): Promise<Socket> {
  const socket = createSocket("udp4");
  const builder = new AnswerBuilder();
  const bytes = new Uint8Array(1_500);
  const view = new DataView(bytes.buffer);
  socket.on("message", (packet, from) => {
    const asked = new DataView(packet.buffer, packet.byteOffset, packet.length);
    const query: PacketSpan = { view: asked, start: 0, length: packet.length };
    const answer: PacketSpan = { view, start: 0, length: 0 };
    if (!respond(builder, query, answer)) return;
    socket.send(bytes.slice(0, answer.length), from.port, from.address);
  });
  return new Promise((resolve) => socket.bind(0, LOOPBACK, () => resolve(socket)));
}

/** @returns False if the host stays silent. */
function respond(builder: AnswerBuilder, query: PacketSpan, answer: PacketSpan): boolean {
  const protocol = ipv4Protocol(query.view, 0);
  if (protocol === Protocol.ICMP) {
    if (icmpType(query.view, IPV4_LENGTH) !== IcmpType.ECHO) return false;
    builder.writeEchoReply(query, answer);
    return true;
  }
  if (protocol !== Protocol.TCP) return false;
  const port = tcpDestinationPort(query.view, IPV4_LENGTH);
  const isSyn = tcpFlags(query.view, IPV4_LENGTH) === TcpFlag.SYN;
  if (port >= 500) return false;
  if (port === 22 && isSyn) builder.writeSynAck(query, answer, 0x1234_5678);
  else builder.writeReset(query, answer);
  return true;
}

Deno.test("scanThrough() scans a host behind an agent, with sockets of its own", async () => {
  const agent = await serveAgent();
  const link = new TunnelLink({ hostname: LOOPBACK, port: agent.address().port }, SOURCE);
  const address = ipv4ToNumber(TARGET);
  const targets = TargetSet.ofRanges([{ first: address, last: address }]);
  const events: ScanEvent[] = [];
  for await (const event of scanThrough(link, { targets, ports: parsePorts("1-600") })) {
    events.push(event);
  }
  link.close();
  agent.close();

  assertEquals(events[0]?.type, "start");
  const open = events.filter((event) => event.type === "port").map(({ port }) => port);
  assertEquals(open, [22]);
  const target = events.find((event) => event.type === "target")!;
  const states = [...target.states].map((state) => STATE_NAMES[state]!);
  const expected = [...target.ports].map((port) =>
    port === 22 ? "open" : port < 500 ? "closed" : "filtered"
  );
  assertEquals(states, expected);
  const end = events.at(-1)!;
  assertEquals(end.type === "end" && [end.exit, end.open], [0, 1]);
});
