import { assertEquals } from "@std/assert";
import { Kind } from "engine/kind.ts";
import { ProbeBatch } from "engine/probe_batch.ts";
import { Reply, ReplyKind } from "engine/reply.ts";
import fc from "fast-check";
import { micros } from "units";
import { ipv4FromNumber } from "wire/address.ts";
import { AnswerBuilder } from "wire/build.ts";
import * as icmp from "wire/icmp.ts";
import * as ipv4 from "wire/ipv4.ts";
import * as tcp from "wire/tcp.ts";
import { AddressTable } from "./address_table.ts";
import { Demux, type Outcome } from "./demux.ts";
import { HEADROOM, PacketBatch, RECEIVE_SIZE, ReceivedPacket, type Route } from "./link.ts";
import { Packer } from "./packer.ts";

const US = 0xc0000201; // 192.0.2.1
const THEM = 0xcb007109; // 203.0.113.9
const ROUTER = 0xc6336401; // 198.51.100.1
const PORTS = { first: 45_000, last: 45_079 };
const ROUTE: Route = {
  index: 0,
  source: ipv4FromNumber(US),
  mtu: 1_500,
  interfaceName: "test0",
  local: false,
  reachable: true,
  onLink: false,
};

/** What sends, what answers, and what reads the answers. */
class Bench {
  readonly table = new AddressTable();
  readonly demux: Demux = new Demux(this.table, PORTS);
  readonly builder = new AnswerBuilder();
  readonly received = new ReceivedPacket();
  readonly reply = new Reply();
  readonly target: number;

  constructor() {
    // Some other targets first, so that the index says something.
    for (let i = 1; i <= 3; i++) this.table.add(ipv4FromNumber(THEM + i), ROUTE);
    this.target = this.table.add(ipv4FromNumber(THEM), ROUTE);
    this.received.bytes.fill(0xa5);
    this.received.start = 22;
  }

  /** The packet that a probe becomes, as the target gets it. */
  send(kind: Kind, token: number, padding = 0): ReceivedPacket {
    const probes = new ProbeBatch(1);
    probes.count = 1;
    probes.kind[0] = kind;
    probes.token[0] = token;
    probes.target[0] = this.target;
    probes.padding[0] = padding;
    if (hasPorts(kind)) {
      probes.port[0] = 443;
      probes.localPort[0] = 45_007;
    }
    const packets = new PacketBatch();
    new Packer(this.table).pack(probes, packets);
    const query = new ReceivedPacket();
    query.start = HEADROOM;
    query.length = packets.lengths[0]!;
    query.bytes.set(packets.bytes.subarray(0, HEADROOM + query.length));
    return query;
  }

  /** Reads the answer at hand; it must be accepted. */
  read(): Reply {
    assertEquals(this.outcome(), "accepted");
    return this.reply;
  }

  /** What becomes of the packet at hand. */
  outcome(): Outcome {
    const before = { ...this.demux.counters };
    const isAccepted = this.demux.parse(this.received, this.reply);
    const names = Object.keys(before) as Outcome[];
    const changed = names.filter((name) => this.demux.counters[name] !== before[name]);
    assertEquals(changed.length, 1);
    assertEquals(isAccepted, changed[0] === "accepted");
    return changed[0]!;
  }
}

function hasPorts(kind: Kind): boolean {
  return kind === Kind.SYN || kind === Kind.ACK || kind === Kind.UDP || kind === Kind.RST;
}

/** Everything of a reply that says what it answers. */
function identity(reply: Reply): number[] {
  return [reply.target, reply.port, reply.localPort, reply.token, reply.altToken];
}

/** Any 32 bits. */
const TOKEN = fc.nat(0xffffffff);

Deno.test("Demux.parse() reads a SYN-ACK back to the token of the SYN", () => {
  fc.assert(fc.property(TOKEN, fc.nat(1_000), (token, padding) => {
    const bench = new Bench();
    bench.builder.ttl = 57;
    bench.builder.tos = 3;
    bench.received.time = micros(12_345);
    bench.builder.writeSynAck(bench.send(Kind.SYN, token, padding), bench.received, 99);
    const reply = bench.read();
    assertEquals(reply.kind, ReplyKind.SYN_ACK);
    assertEquals(identity(reply), [bench.target, 443, 45_007, token, (token + 1) >>> 0]);
    assertEquals([reply.ttl, reply.tos, reply.window, reply.optionBytes], [57, 3, 65_160, 4]);
    assertEquals([reply.time, reply.fromTarget], [micros(12_345), true]);
  }));
});

Deno.test("Demux.parse() reads a RST back to the token of SYN or ACK", () => {
  fc.assert(fc.property(TOKEN, (token) => {
    const bench = new Bench();
    bench.builder.writeReset(bench.send(Kind.SYN, token), bench.received);
    assertEquals(bench.read().kind, ReplyKind.RST);
    assertEquals(identity(bench.reply), [bench.target, 443, 45_007, token, 0]);
    bench.builder.writeReset(bench.send(Kind.ACK, token), bench.received);
    assertEquals(bench.read().kind, ReplyKind.RST);
    assertEquals(identity(bench.reply), [bench.target, 443, 45_007, token, token]);
  }));
});

Deno.test("Demux.parse() offers both numbers of a RST that has ACK set", () => {
  const bench = new Bench();
  const flags = tcp.TcpFlag.RST | tcp.TcpFlag.ACK;
  const segment = { flags, sequence: 0x80000000, acknowledgment: 0 };
  bench.builder.writeTcp(bench.send(Kind.ACK, 0x80000000), bench.received, segment);
  assertEquals(bench.read().token, 0xffffffff);
  assertEquals(bench.reply.altToken, 0x80000000);
});

Deno.test("Demux.parse() believes no segment that opens and resets at once", () => {
  const bench = new Bench();
  const flags = tcp.TcpFlag.RST | tcp.TcpFlag.SYN | tcp.TcpFlag.ACK;
  const segment = { flags, sequence: 5, acknowledgment: 0x1000 };
  bench.builder.writeTcp(bench.send(Kind.SYN, 1), bench.received, segment);
  assertEquals(bench.outcome(), "unexpected");
});

Deno.test("Demux.parse() reads a bare ACK", () => {
  const bench = new Bench();
  const segment = { flags: tcp.TcpFlag.ACK, sequence: 5, acknowledgment: 0x1000 };
  bench.builder.writeTcp(bench.send(Kind.SYN, 1), bench.received, segment);
  assertEquals(bench.read().kind, ReplyKind.BARE_ACK);
  assertEquals([bench.reply.token, bench.reply.altToken], [0x0fff, 0x1000]);
});

Deno.test("Demux.parse() reads answers to ICMP queries", () => {
  fc.assert(fc.property(TOKEN, fc.nat(1_400), (token, padding) => {
    const bench = new Bench();
    const { builder, received, target } = bench;
    builder.writeEchoReply(bench.send(Kind.ECHO, token, padding), received);
    assertEquals(bench.read().kind, ReplyKind.ECHO_REPLY);
    assertEquals(identity(bench.reply), [target, 0, 0, token, token]);
    builder.writeTimestampReply(bench.send(Kind.TIMESTAMP, token), received, 1_000);
    assertEquals(bench.read().kind, ReplyKind.TIMESTAMP_REPLY);
    assertEquals(identity(bench.reply), [target, 0, 0, token, token]);
    builder.writeMaskReply(bench.send(Kind.MASK, token), received, 0xffffff00);
    assertEquals(bench.read().kind, ReplyKind.MASK_REPLY);
    assertEquals(identity(bench.reply), [target, 0, 0, token, token]);
  }));
});

Deno.test("Demux.parse() reads what ICMP errors quote, short or long, of every kind", () => {
  const types = [
    { type: icmp.IcmpType.UNREACHABLE, kind: ReplyKind.UNREACHABLE },
    { type: icmp.IcmpType.SOURCE_QUENCH, kind: ReplyKind.SOURCE_QUENCH },
    { type: icmp.IcmpType.TIME_EXCEEDED, kind: ReplyKind.TIME_EXCEEDED },
  ];
  fc.assert(fc.property(
    fc.nat(5),
    TOKEN,
    fc.constantFrom(...types),
    fc.nat(15),
    fc.nat(600),
    fc.constantFrom(0, ROUTER),
    (number, token, { type, kind: expected }, code, extra, from) => {
      const bench = new Bench();
      const kind = number as Kind;
      const query = bench.send(kind, token, extra);
      bench.builder.writeError(query, bench.received, { type, code, from, quote: 8 + extra });
      const reply = bench.read();
      assertEquals([reply.kind, reply.code], [expected, code]);
      const ports = hasPorts(kind) ? [443, 45_007] : [0, 0];
      assertEquals(identity(reply), [bench.target, ...ports, token, token]);
      // Eight bytes of an ACK look like those of a SYN.
      const isUnknowable = kind === Kind.ACK && extra < 6;
      assertEquals(reply.quotedKind, isUnknowable ? Kind.SYN : kind);
      assertEquals(reply.fromTarget, from === 0);
    },
  ));
});

Deno.test("Demux.parse() ignores the checksum of TCP, not that of ICMP", () => {
  const bench = new Bench();
  const { builder, received } = bench;
  const at = received.start + ipv4.IPV4_LENGTH;
  builder.writeSynAck(bench.send(Kind.SYN, 7), received, 1);
  received.view.setUint16(at + 16, 0xdead);
  assertEquals(bench.outcome(), "accepted");
  builder.writeEchoReply(bench.send(Kind.ECHO, 7), received);
  received.view.setUint8(at + 1, 1);
  assertEquals(bench.outcome(), "badChecksum");
});

Deno.test("Demux.parse() skips IP options and link padding", () => {
  const bench = new Bench();
  const { builder, received } = bench;
  builder.writeSynAck(bench.send(Kind.SYN, 7), received, 1);
  const { start, length, view } = received;
  const moved = start + ipv4.IPV4_LENGTH;
  received.bytes.copyWithin(moved + 8, moved, start + length);
  view.setUint8(start, 0x47);
  view.setUint16(start + 2, length + 8);
  received.length = length + 8 + 10;
  assertEquals(bench.read().token, 7);
  assertEquals(bench.reply.optionBytes, 4);
});

/** Changes to a good SYN-ACK, and what becomes of it. */
const SPOILED: [string, Outcome, (packet: ReceivedPacket, at: number) => void][] = [
  ["no bytes", "truncated", (packet) => packet.length = 0],
  ["cut in the IP header", "truncated", (packet) => packet.length = 19],
  ["cut in the TCP header", "truncated", (packet) => packet.length = 39],
  ["cut in the TCP options", "truncated", (packet) => packet.length = 43],
  ["IPv6", "badHeader", ({ view }, at) => view.setUint8(at, 0x65)],
  ["short IP header", "badHeader", ({ view }, at) => view.setUint8(at, 0x44)],
  ["IP options beyond the end", "badHeader", ({ view }, at) => view.setUint8(at, 0x4f)],
  ["length below the header", "badHeader", ({ view }, at) => view.setUint16(at + 2, 19)],
  ["length below the body", "truncated", ({ view }, at) => view.setUint16(at + 2, 30)],
  ["later fragment", "fragment", ({ view }, at) => view.setUint16(at + 6, 1)],
  ["another protocol", "otherProtocol", ({ view }, at) => view.setUint8(at + 9, 47)],
  ["from a stranger", "unknownTarget", ({ view }, at) => view.setUint32(at + 12, ROUTER)],
  ["to somebody else", "notOurs", ({ view }, at) => view.setUint32(at + 16, ROUTER)],
  ["to another port", "notOurs", ({ view }, at) => view.setUint16(at + 22, 45_080)],
  ["short TCP header", "badHeader", ({ view }, at) => view.setUint8(at + 32, 0x40)],
  ["a question", "unexpected", ({ view }, at) => view.setUint8(at + 33, tcp.TcpFlag.SYN)],
  ["no flags", "unexpected", ({ view }, at) => view.setUint8(at + 33, 0)],
  ["the end of a connection", "unexpected", ({ view }, at) => view.setUint8(at + 33, 0x11)],
];

Deno.test("Demux.parse() counts each way in which a TCP packet is no answer", () => {
  for (const [name, expected, spoil] of SPOILED) {
    const bench = new Bench();
    bench.builder.writeSynAck(bench.send(Kind.SYN, 7), bench.received, 1);
    spoil(bench.received, bench.received.start);
    assertEquals(bench.outcome(), expected, name);
  }
});

/** Changes to a good error about a SYN, where the quote starts, and what becomes of it. */
const MISQUOTED: [string, Outcome, (packet: ReceivedPacket, quote: number) => void][] = [
  ["seven bytes", "badQuote", (packet) => packet.length = 55],
  ["no quote", "badQuote", (packet) => packet.length = 28],
  ["cut in the ICMP header", "truncated", (packet) => packet.length = 27],
  ["quoted IPv6", "badQuote", ({ view }, quote) => view.setUint8(quote, 0x65)],
  ["quoted options", "badQuote", ({ view }, quote) => view.setUint8(quote, 0x4f)],
  ["short quoted header", "badQuote", ({ view }, quote) => view.setUint8(quote, 0x44)],
  ["quoted GRE", "badQuote", ({ view }, quote) => view.setUint8(quote + 9, 47)],
  ["quoted RST", "badQuote", ({ view }, quote) => view.setUint8(quote + 33, 0x04)],
  ["about a stranger", "unknownTarget", ({ view }, quote) => view.setUint32(quote + 16, ROUTER)],
  ["of a stranger's", "notOurs", ({ view }, quote) => view.setUint32(quote + 12, ROUTER)],
  ["of another port's", "notOurs", ({ view }, quote) => view.setUint16(quote + 20, 80)],
  ["of port 0", "notOurs", ({ view }, quote) => view.setUint16(quote + 20, 0)],
  ["another code", "badChecksum", ({ view }, quote) => view.setUint8(quote - 7, 1)],
  ["a redirect", "unexpected", ({ view }, quote) => view.setUint8(quote - 8, 5)],
];

Deno.test("Demux.parse() counts each way in which an ICMP error is not about us", () => {
  for (const [name, expected, spoil] of MISQUOTED) {
    const bench = new Bench();
    const error = { type: icmp.IcmpType.UNREACHABLE, code: 13, from: ROUTER, quote: Infinity };
    bench.builder.writeError(bench.send(Kind.SYN, 7), bench.received, error);
    spoil(bench.received, bench.received.start + ipv4.IPV4_LENGTH + icmp.ICMP_LENGTH);
    assertEquals(bench.outcome(), expected, name);
  }
});

Deno.test("Demux.parse() does not take our own packets for answers", () => {
  for (const kind of Object.values(Kind)) {
    const bench = new Bench();
    // As on loopback, where source and destination may be the same.
    const own = bench.table.add(ipv4FromNumber(US), ROUTE);
    const query = bench.send(kind, 7);
    ipv4.setIpv4Source(query.view, query.start, US);
    query.view.setUint32(query.start + 16, US);
    query.view.setUint16(query.start + 22, hasPorts(kind) ? 45_001 : 7);
    bench.received.bytes.set(query.bytes);
    bench.received.start = query.start;
    bench.received.length = query.length;
    // An ACK or a RST looks like an answer; its token says that it is none.
    const looksRight = kind === Kind.ACK || kind === Kind.RST;
    const expected = kind === Kind.UDP ? "otherProtocol" : "unexpected";
    assertEquals(bench.outcome(), looksRight ? "accepted" : expected);
    assertEquals(own, 4);
  }
});

Deno.test("Demux.parse() refuses an echo reply whose data is not ours", () => {
  const bench = new Bench();
  const { builder, received } = bench;
  builder.writeEchoReply(bench.send(Kind.ECHO, 7), received);
  received.view.setUint32(received.start + 28, 8);
  icmp.finishIcmp(received.view, received.start + 20, received.length - 20);
  assertEquals(bench.outcome(), "mismatched");
  // A stack that returns no data at all can still be believed.
  builder.writeEchoReply(bench.send(Kind.ECHO, 7), received);
  received.view.setUint16(received.start + 2, 28);
  icmp.finishIcmp(received.view, received.start + 20, 8);
  assertEquals(bench.outcome(), "accepted");
});

/** A packet whose view throws when bytes outside of the packet are read. */
function fence(bytes: Uint8Array, start: number): ReceivedPacket {
  const packet = new ReceivedPacket();
  const exact = new Uint8Array(start + bytes.length);
  exact.fill(0x45);
  exact.set(bytes, start);
  // The view ends where the packet ends: reading behind it is a RangeError.
  const view = new DataView(exact.buffer);
  return Object.assign(packet, { view, bytes: exact, start, length: bytes.length });
}

Deno.test("Demux.parse() never throws and never reads behind the packet, whatever comes", () => {
  const bench = new Bench();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(40), (bytes, start) => {
      bench.demux.parse(fence(bytes, start), bench.reply);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("Demux.parse() never reads behind a packet that was cut or spoiled", () => {
  const bench = new Bench();
  const error = { type: icmp.IcmpType.UNREACHABLE, code: 3, from: 0, quote: Infinity };
  fc.assert(
    fc.property(
      fc.nat(5),
      fc.nat(),
      fc.array(fc.tuple(fc.nat(99), fc.nat(255)), { maxLength: 3 }),
      (kind, cut, changes) => {
        bench.builder.writeError(bench.send(kind as Kind, 7), bench.received, error);
        const { start, length, bytes } = bench.received;
        const copy = bytes.slice(start, start + 1 + cut % length);
        for (const [at, value] of changes) copy[at % copy.length] = value;
        bench.demux.parse(fence(copy, 3), bench.reply);
      },
    ),
    { numRuns: 2_000 },
  );
});

Deno.test("Demux.parse() reads a packet at the very end of the buffer", () => {
  const bench = new Bench();
  bench.received.start = RECEIVE_SIZE - 44;
  bench.builder.writeSynAck(bench.send(Kind.SYN, 7), bench.received, 1);
  assertEquals(bench.read().token, 7);
});
