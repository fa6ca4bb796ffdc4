import { assertEquals } from "@std/assert";
import { parseIpv4 } from "./address.ts";
import { ipv4ToNumber } from "./address.ts";
import { AnswerBuilder, type PacketSpan } from "./build.ts";
import * as icmp from "./icmp.ts";
import * as ipv4 from "./ipv4.ts";
import * as tcp from "./tcp.ts";

const US = ipv4ToNumber(parseIpv4("192.0.2.1")!);
const THEM = ipv4ToNumber(parseIpv4("198.51.100.7")!);
const ROUTER = ipv4ToNumber(parseIpv4("203.0.113.9")!);

/** Somewhere in a larger buffer, so that a forgotten offset is seen. */
function emptySpan(): PacketSpan {
  return { view: new DataView(new ArrayBuffer(2_048)), start: 46, length: 0 };
}

function writeIp(packet: PacketSpan, protocol: number, bodyLength: number): void {
  packet.length = ipv4.IPV4_LENGTH + bodyLength;
  const fields = { length: packet.length, id: 0x1234, ttl: 64, tos: 0, protocol };
  ipv4.writeIpv4(packet.view, packet.start, { ...fields, source: US, destination: THEM });
}

function makeTcp(difference: Partial<tcp.TcpFields>): PacketSpan {
  const packet = emptySpan();
  const fields = {
    sourcePort: 40_000,
    destinationPort: 80,
    sequence: 0xfffffffe,
    acknowledgment: 0,
    flags: tcp.TcpFlag.SYN,
    window: 1_000,
    mss: 1_460,
    padding: 0,
    ...difference,
  };
  writeIp(packet, ipv4.Protocol.TCP, tcp.tcpSegmentLength(fields));
  tcp.writeTcp(packet.view, bodyOf(packet), fields, packet.start);
  return packet;
}

function makeQuery(type: number, length: number): PacketSpan {
  const packet = emptySpan();
  const at = bodyOf(packet);
  for (let i = icmp.ICMP_LENGTH; i < length; i++) packet.view.setUint8(at + i, i * 7);
  icmp.writeIcmp(packet.view, at, { type, code: 0, rest: 0xdeadbeef, length });
  writeIp(packet, ipv4.Protocol.ICMP, length);
  return packet;
}

function bodyOf(packet: PacketSpan): number {
  return packet.start + ipv4.IPV4_LENGTH;
}

/** Asserts what holds for every answer: addresses, lengths, checksums. */
function assertAnswers(answer: PacketSpan, protocol: number, from = THEM): void {
  const { view, start, length } = answer;
  const at = bodyOf(answer);
  const bodyLength = length - ipv4.IPV4_LENGTH;
  assertEquals(ipv4.checkIpv4(view, start, length), ipv4.HeaderCheck.OK);
  assertEquals(ipv4.isIpv4Intact(view, start), true);
  assertEquals(ipv4.ipv4Length(view, start), length);
  assertEquals(ipv4.ipv4Protocol(view, start), protocol);
  assertEquals([ipv4.ipv4Source(view, start), ipv4.ipv4Destination(view, start)], [from, US]);
  const isIntact = protocol === ipv4.Protocol.TCP
    ? tcp.isTcpIntact(view, at, bodyLength, start)
    : icmp.isIcmpIntact(view, at, bodyLength);
  assertEquals(isIntact, true);
}

/** Flags, sequence and acknowledgment number of a segment. */
function numbersOf({ view, start }: PacketSpan): number[] {
  const at = start + ipv4.IPV4_LENGTH;
  return [tcp.tcpFlags(view, at), tcp.tcpSequence(view, at), tcp.tcpAcknowledgment(view, at)];
}

Deno.test("AnswerBuilder.writeSynAck() acknowledges the SYN across the wrap", () => {
  const answer = emptySpan();
  new AnswerBuilder().writeSynAck(makeTcp({ sequence: 0xffffffff }), answer, 77);
  assertAnswers(answer, ipv4.Protocol.TCP);
  assertEquals(numbersOf(answer), [tcp.TcpFlag.SYN | tcp.TcpFlag.ACK, 77, 0]);
  assertEquals(tcp.tcpSourcePort(answer.view, bodyOf(answer)), 80);
  assertEquals(tcp.tcpDestinationPort(answer.view, bodyOf(answer)), 40_000);
});

Deno.test("AnswerBuilder.writeReset() acknowledges SYN and data of a bare segment", () => {
  const answer = emptySpan();
  const builder = new AnswerBuilder();
  builder.writeReset(makeTcp({}), answer);
  assertAnswers(answer, ipv4.Protocol.TCP);
  const flags = tcp.TcpFlag.RST | tcp.TcpFlag.ACK;
  assertEquals(numbersOf(answer), [flags, 0, 0xffffffff]);
  builder.writeReset(makeTcp({ padding: 10 }), answer);
  assertEquals(numbersOf(answer), [flags, 0, 9]);
});

Deno.test("AnswerBuilder.writeReset() takes its number from the ACK when there is one", () => {
  const answer = emptySpan();
  const query = makeTcp({ flags: tcp.TcpFlag.ACK, acknowledgment: 0x89abcdef, mss: 0 });
  new AnswerBuilder().writeReset(query, answer);
  assertAnswers(answer, ipv4.Protocol.TCP);
  assertEquals(numbersOf(answer), [tcp.TcpFlag.RST, 0x89abcdef, 0]);
});

Deno.test("AnswerBuilder.writeEchoReply() returns identifier, sequence number and data", () => {
  for (const length of [8, 9, 24, 1_400]) {
    const query = makeQuery(icmp.IcmpType.ECHO, length);
    const answer = emptySpan();
    new AnswerBuilder().writeEchoReply(query, answer);
    assertAnswers(answer, ipv4.Protocol.ICMP);
    assertEquals(answer.length, query.length);
    assertEquals(icmp.icmpType(answer.view, bodyOf(answer)), icmp.IcmpType.ECHO_REPLY);
    for (let i = 4; i < length; i++) {
      assertEquals(
        answer.view.getUint8(bodyOf(answer) + i),
        query.view.getUint8(bodyOf(query) + i),
      );
    }
  }
});

Deno.test("AnswerBuilder.writeTimestampReply() returns the originate time", () => {
  const query = makeQuery(icmp.IcmpType.TIMESTAMP, icmp.TIMESTAMP_LENGTH);
  const answer = emptySpan();
  new AnswerBuilder().writeTimestampReply(query, answer, 86_399_999);
  assertAnswers(answer, ipv4.Protocol.ICMP);
  const at = bodyOf(answer);
  assertEquals(icmp.icmpType(answer.view, at), icmp.IcmpType.TIMESTAMP_REPLY);
  assertEquals(icmp.icmpIdAndSequence(answer.view, at), 0xdeadbeef);
  assertEquals(
    icmp.icmpFirstWord(answer.view, at),
    icmp.icmpFirstWord(query.view, bodyOf(query)),
  );
  assertEquals(answer.view.getUint32(at + 12), 86_399_999);
});

Deno.test("AnswerBuilder.writeMaskReply() states the mask", () => {
  const answer = emptySpan();
  const query = makeQuery(icmp.IcmpType.MASK, icmp.MASK_LENGTH);
  new AnswerBuilder().writeMaskReply(query, answer, 0xffffff00);
  assertAnswers(answer, ipv4.Protocol.ICMP);
  assertEquals(icmp.icmpType(answer.view, bodyOf(answer)), icmp.IcmpType.MASK_REPLY);
  assertEquals(icmp.icmpFirstWord(answer.view, bodyOf(answer)), 0xffffff00);
});

Deno.test("AnswerBuilder.writeError() quotes as much as asked, at most what fits", () => {
  const cases = [
    { padding: 0, quote: 8, expected: 28 },
    { padding: 0, quote: Infinity, expected: 44 },
    { padding: 1_000, quote: Infinity, expected: 548 },
  ];
  for (const { padding, quote, expected } of cases) {
    const query = makeTcp({ padding });
    const answer = emptySpan();
    const error = { type: icmp.IcmpType.UNREACHABLE, code: 13, from: ROUTER, quote };
    new AnswerBuilder().writeError(query, answer, error);
    assertAnswers(answer, ipv4.Protocol.ICMP, ROUTER);
    assertEquals(answer.length, ipv4.IPV4_LENGTH + icmp.ICMP_LENGTH + expected);
    assertEquals(icmp.icmpCode(answer.view, bodyOf(answer)), 13);
    const quoted = bodyOf(answer) + icmp.ICMP_LENGTH;
    for (let i = 0; i < expected; i++) {
      assertEquals(answer.view.getUint8(quoted + i), query.view.getUint8(query.start + i));
    }
  }
});
