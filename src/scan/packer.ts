/**
 * Transmissions to packets: writes each slot of a {@linkcode ProbeBatch} as an IPv4 packet into a
 * {@linkcode PacketBatch}. Where the token goes:
 *
 * - SYN and RST: sequence number.
 * - ACK: acknowledgment number, which a RST returns as its sequence number; and sequence number,
 *   which an ICMP error quotes.
 * - Echo: identifier (high half) and sequence number, and again in the first 4 bytes of data.
 * - Timestamp: identifier and sequence number, and originate time.
 * - Address mask: identifier and sequence number.
 * - UDP: IP identification (high half) and checksum, which is brought about by 2 bytes of data. Its
 *   low half must be neither 0 nor 0xffff, which UDP takes for the same.
 */
import { assert } from "assertion";
import { Kind } from "engine/kind.ts";
import type { ProbeBatch } from "engine/probe_batch.ts";
import { finish, sumOfUint32 } from "wire/checksum.ts";
import { ICMP_LENGTH, IcmpType, MASK_LENGTH, TIMESTAMP_LENGTH, writeIcmp } from "wire/icmp.ts";
import { IPV4_LENGTH, Protocol, writeIpv4 } from "wire/ipv4.ts";
import { TcpFlag, tcpSegmentLength, writeTcp } from "wire/tcp.ts";
import { type Stamp, Template } from "wire/template.ts";
import { UDP_LENGTH, writeUdp } from "wire/udp.ts";
import { BATCH_CAPACITY, HEADROOM, type PacketBatch, SLOT_SIZE } from "./link.ts";

/** What Linux states on Ethernet; a SYN without any option is dropped by some filters. */
const MSS = 1_460;

/**
 * Window of our segments: 44 × 1,460, what Linux begins with. A small or round one (1,024) is known
 * as a scanner's, and some filters drop it.
 */
const WINDOW = 64_240;

/** Hops allowed: what Linux sends. */
const TTL = 64;

/** Data bytes of an echo request: the token, and room for stacks that want some. */
const ECHO_DATA = 16;

/** Data bytes of a UDP trigger: the two that bring the checksum to the token. */
const UDP_DATA = 2;

/** Bytes of the longest packet: what fits through any Ethernet. Padding beyond is not sent. */
const LONGEST = 1_500;

/** By {@linkcode Kind}: 1 if the packet begins with two ports, otherwise it is ICMP. */
const HAS_PORTS = [1, 1, 0, 0, 0, 1, 1];

/** By kind: 1 if the word behind the token holds the token again. */
const REPEATS_TOKEN = [0, 1, 1, 1, 0, 0, 0];

/** By kind: 1 if stacks take data of any length. */
const TAKES_PADDING = [1, 1, 1, 0, 0, 0, 0];

/** Where things stand, from the IP header on. */
const TOKEN = IPV4_LENGTH + 4;
const SECOND_TOKEN = IPV4_LENGTH + 8;
const TCP_CHECKSUM = IPV4_LENGTH + 16;
const ICMP_CHECKSUM = IPV4_LENGTH + 2;
const UDP_CHECKSUM = IPV4_LENGTH + 6;
const UDP_FILLER = IPV4_LENGTH + UDP_LENGTH;

/** What the packer needs to know of targets; `AddressTable` knows it. Addresses are numbers. */
export interface Destinations {
  /** Address of a target. */
  address(target: number): number;
  /** Source address to use for it. */
  source(target: number): number;
  /** Index of its route. */
  route(target: number): number;
}

/** Writes packets, without allocating. */
export class Packer {
  /** Type of service byte for each {@linkcode Kind}; the low two bits are ECN. */
  readonly tos = [0, 0, 0, 0, 0, 0, 0];
  readonly #destinations: Destinations;
  readonly #templates: readonly Template[] = makeTemplates();
  readonly #stamp: Stamp = { source: 0, destination: 0, id: 0, tos: 0, padding: 0 };

  constructor(destinations: Destinations) {
    this.#destinations = destinations;
  }

  /** Writes all probes behind what the batch already holds; it must have room. */
  pack(probes: ProbeBatch, packets: PacketBatch): void {
    assert(packets.count + probes.count <= BATCH_CAPACITY, "Packets do not fit into the batch");
    for (let i = 0; i < probes.count; i++) {
      const slot = packets.count++;
      packets.lengths[slot] = this.#write(probes, i, packets, slot * SLOT_SIZE + HEADROOM);
      packets.routes[slot] = this.#destinations.route(probes.target[i]!);
    }
  }

  /** @returns Bytes of the packet. */
  #write(probes: ProbeBatch, i: number, packets: PacketBatch, at: number): number {
    const kind = probes.kind[i]!;
    const target = probes.target[i]!;
    const template = this.#templates[kind]!;
    const stamp = this.#stamp;
    stamp.source = this.#destinations.source(target);
    stamp.destination = this.#destinations.address(target);
    // Linux sends 0 with "don't fragment" in a SYN (RFC 6864: it means nothing there).
    stamp.id = kind === Kind.UDP ? probes.token[i]! >>> 16 : 0;
    stamp.tos = this.tos[kind]!;
    const room = TAKES_PADDING[kind] ? LONGEST - template.length : 0;
    stamp.padding = Math.min(probes.padding[i]!, room);
    const sum = template.stamp(packets.view, at, stamp);
    const length = template.length + stamp.padding;
    if (stamp.padding > 0) packets.bytes.fill(0, at + template.length, at + length);
    if (HAS_PORTS[kind]) {
      const ports = (probes.localPort[i]! << 16) | probes.port[i]!;
      packets.view.setInt32(at + IPV4_LENGTH, ports);
      patchToken(packets.view, at, {
        kind,
        token: probes.token[i]!,
        sum: sum + sumOfUint32(ports),
      });
    } else {
      patchToken(packets.view, at, { kind, token: probes.token[i]!, sum });
    }
    return length;
  }
}

/** Writes the token where the kind carries it, and the checksum of the body. */
function patchToken(
  view: DataView,
  at: number,
  { kind, token, sum }: { kind: number; token: number; sum: number },
): void {
  if (kind === Kind.UDP) {
    // The filler is what the sum lacks to make the wanted checksum come out.
    const wanted = token & 0xffff;
    view.setUint16(at + UDP_FILLER, finish(sum + wanted));
    view.setUint16(at + UDP_CHECKSUM, wanted);
    return;
  }
  view.setUint32(at + TOKEN, token);
  let total = sum + sumOfUint32(token);
  if (REPEATS_TOKEN[kind]) {
    view.setUint32(at + SECOND_TOKEN, token);
    total += sumOfUint32(token);
  }
  view.setUint16(at + (HAS_PORTS[kind] ? TCP_CHECKSUM : ICMP_CHECKSUM), finish(total));
}

/** One template per {@linkcode Kind}, in the order of their codes. */
function makeTemplates(): Template[] {
  return [
    tcpTemplate(TcpFlag.SYN, MSS),
    tcpTemplate(TcpFlag.ACK, 0),
    icmpTemplate(IcmpType.ECHO, ICMP_LENGTH + ECHO_DATA),
    icmpTemplate(IcmpType.TIMESTAMP, TIMESTAMP_LENGTH),
    icmpTemplate(IcmpType.MASK, MASK_LENGTH),
    udpTemplate(),
    tcpTemplate(TcpFlag.RST, 0),
  ];
}

function tcpTemplate(flags: number, mss: number): Template {
  const ports = { sourcePort: 0, destinationPort: 0 };
  const fields = {
    ...ports,
    sequence: 0,
    acknowledgment: 0,
    flags,
    window: flags === TcpFlag.RST ? 0 : WINDOW,
    mss,
    padding: 0,
  };
  const view = emptyPacket(Protocol.TCP, tcpSegmentLength(fields));
  writeTcp(view, IPV4_LENGTH, fields, 0);
  view.setUint16(TCP_CHECKSUM, 0);
  return new Template(view);
}

function icmpTemplate(type: number, length: number): Template {
  const view = emptyPacket(Protocol.ICMP, length);
  writeIcmp(view, IPV4_LENGTH, { type, code: 0, rest: 0, length });
  view.setUint16(ICMP_CHECKSUM, 0);
  return new Template(view);
}

function udpTemplate(): Template {
  const length = UDP_LENGTH + UDP_DATA;
  const view = emptyPacket(Protocol.UDP, length);
  const fields = { sourcePort: 0, destinationPort: 0, length };
  writeUdp(view, IPV4_LENGTH, fields, 0);
  view.setUint16(UDP_CHECKSUM, 0);
  return new Template(view);
}

/** A packet with nothing but its IP header. */
function emptyPacket(protocol: number, bodyLength: number): DataView<ArrayBuffer> {
  const length = IPV4_LENGTH + bodyLength;
  const view = new DataView(new ArrayBuffer(length));
  writeIpv4(view, 0, { length, id: 0, ttl: TTL, tos: 0, protocol, source: 0, destination: 0 });
  return view;
}
