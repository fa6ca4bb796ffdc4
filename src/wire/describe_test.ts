import { assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { AnswerBuilder, type PacketSpan } from "./build.ts";
import { describePacket } from "./describe.ts";
import * as icmp from "./icmp.ts";
import * as ipv4 from "./ipv4.ts";
import * as tcp from "./tcp.ts";
import { TcpOptions, tcpOptionsLength, writeTcpOptions } from "./tcp_options.ts";

const ENDS = { source: 0xc0000201, destination: 0xc0000209 };

function emptySpan(): PacketSpan {
  return { view: new DataView(new ArrayBuffer(600)), start: 3, length: 0 };
}

function makeSyn(): PacketSpan {
  const packet = emptySpan();
  const fields = {
    sourcePort: 45_000,
    destinationPort: 80,
    sequence: 7,
    acknowledgment: 0,
    flags: tcp.TcpFlag.SYN,
    window: 64_240,
    mss: 1_460,
    padding: 0,
  };
  packet.length = ipv4.IPV4_LENGTH + tcp.tcpSegmentLength(fields);
  const header = { length: packet.length, id: 0, ttl: 64, tos: 0, protocol: ipv4.Protocol.TCP };
  ipv4.writeIpv4(packet.view, packet.start, { ...header, ...ENDS });
  tcp.writeTcp(packet.view, packet.start + ipv4.IPV4_LENGTH, fields, packet.start);
  return packet;
}

function describe({ view, start, length }: PacketSpan): string {
  return describePacket(view, start, length);
}

Deno.test("describePacket() tells a SYN in one line", () => {
  assertEquals(
    describe(makeSyn()),
    "192.0.2.1:45000 > 192.0.2.9:80 tcp S seq 7 win 64240 mss 1460, ttl 64 id 0 44 bytes",
  );
});

Deno.test("describePacket() tells the options of a SYN-ACK", () => {
  const packet = emptySpan();
  new AnswerBuilder().writeSynAck(makeSyn(), packet, 99);
  const options = new TcpOptions();
  options.mss = 1_400;
  options.sackPermitted = true;
  options.hasTimestamps = true;
  options.timestamp = 5;
  options.windowScale = 7;
  const { view, start } = packet;
  const at = start + ipv4.IPV4_LENGTH;
  assertEquals(writeTcpOptions(view, at, options), tcpOptionsLength(options));
  view.setUint8(at + 12, (tcp.TCP_LENGTH + tcpOptionsLength(options)) << 2);
  packet.length = ipv4.IPV4_LENGTH + tcp.TCP_LENGTH + tcpOptionsLength(options);
  view.setUint16(start + 2, packet.length);
  assertStringIncludes(
    describe(packet),
    "192.0.2.9:80 > 192.0.2.1:45000 tcp SA seq 99 ack 8 win 65160 mss 1400 sack ts 5/0 scale 7,",
  );
});

Deno.test("describePacket() tells what an ICMP error is about, short quotes too", () => {
  const packet = emptySpan();
  const error = { type: icmp.IcmpType.UNREACHABLE, code: 13, from: 0xc0000263, quote: 8 };
  new AnswerBuilder().writeError(makeSyn(), packet, error);
  assertStringIncludes(
    describe(packet),
    "192.0.2.99 > 192.0.2.1 icmp unreachable code 13 about " +
      "[192.0.2.1:45000 > 192.0.2.9:80 tcp seq 7 cut],",
  );
});

Deno.test("describePacket() never throws and never reads behind the packet", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), fc.nat(255), (bytes, isIp, x) => {
      // Half of them look like IPv4, so that the inner parts are reached.
      if (isIp && bytes.length > 9) {
        bytes[0] = 0x45;
        bytes[6] = 0;
        bytes[7] = 0;
        bytes[9] = [1, 6, 17][x % 3]!;
      }
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      describePacket(view, 0, bytes.length);
    }),
    { numRuns: 2_000 },
  );
});
