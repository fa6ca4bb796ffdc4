/**
 * Transmissions to packets: writes each slot of a {@linkcode ProbeBatch} as an IPv4 packet into a
 * {@linkcode PacketBatch}. Where the token goes per kind is stated in `engine/reply.ts`.
 */
import { Kind } from "engine/kind.ts";
import type { ProbeBatch } from "engine/probe_batch.ts";
import { finish, fold, pseudoSum, sumWords } from "wire/checksum.ts";
import { ICMP_LENGTH, IcmpType, MASK_LENGTH, TIMESTAMP_LENGTH, writeIcmp } from "wire/icmp.ts";
import { IPV4_LENGTH, type Ipv4Fields, Protocol, writeIpv4 } from "wire/ipv4.ts";
import { type TcpFields, TcpFlag, tcpSegmentLength, writeTcp } from "wire/tcp.ts";
import { UDP_LENGTH } from "wire/udp.ts";
import type { AddressTable } from "./address_table.ts";
import { HEADROOM, type PacketBatch, SLOT_SIZE } from "./link.ts";

/** What Linux states on Ethernet; a SYN without any option is dropped by some filters. */
const MSS = 1_460;

/** Window of our SYNs: what Linux starts with. */
const WINDOW = 64_240;

/** Hops allowed: what Linux sends. */
const TTL = 64;

/** Data bytes of an echo request: the token, and room for stacks that want some. */
const ECHO_DATA = 16;

/** Data bytes of a UDP trigger: the two that bring the checksum to the token. */
const UDP_DATA = 2;

/** Writes packets. Keeps one record per header, reused. */
export class Packer {
  readonly #table: AddressTable;
  readonly #ip: Ipv4Fields = {
    length: 0,
    id: 0,
    ttl: TTL,
    tos: 0,
    protocol: 0,
    source: 0,
    destination: 0,
  };
  readonly #tcp: TcpFields = {
    sourcePort: 0,
    destinationPort: 0,
    sequence: 0,
    acknowledgment: 0,
    flags: 0,
    window: WINDOW,
    mss: 0,
    padding: 0,
  };
  readonly #icmp = { type: 0, code: 0, rest: 0, length: 0 };

  constructor(table: AddressTable) {
    this.#table = table;
  }

  /** Writes all probes behind what the batch already holds; it must have room. */
  pack(probes: ProbeBatch, packets: PacketBatch): void {
    for (let i = 0; i < probes.count; i++) {
      const slot = packets.count++;
      const at = slot * SLOT_SIZE + HEADROOM;
      packets.lengths[slot] = this.#write(packets.view, at, probes, i);
      packets.routes[slot] = this.#table.route(probes.target[i]!);
    }
  }

  /** @returns Bytes of the packet. */
  #write(view: DataView, at: number, probes: ProbeBatch, i: number): number {
    const target = probes.target[i]!;
    this.#ip.source = this.#table.source(target);
    this.#ip.destination = this.#table.address(target);
    this.#ip.id = 0;
    const token = probes.token[i]!;
    switch (probes.kind[i]) {
      case Kind.SYN:
      case Kind.ACK:
        return this.#writeTcp(view, at, probes, i);
      case Kind.ECHO: {
        const length = ICMP_LENGTH + ECHO_DATA + probes.padding[i]!;
        for (let b = ICMP_LENGTH + 4; b < length; b++) view.setUint8(at + IPV4_LENGTH + b, 0);
        return this.#writeIcmp(view, at, { type: IcmpType.ECHO, token, length });
      }
      case Kind.TIMESTAMP:
        view.setUint32(at + IPV4_LENGTH + 12, 0);
        view.setUint32(at + IPV4_LENGTH + 16, 0);
        return this.#writeIcmp(view, at, {
          type: IcmpType.TIMESTAMP,
          token,
          length: TIMESTAMP_LENGTH,
        });
      case Kind.MASK:
        return this.#writeIcmp(view, at, { type: IcmpType.MASK, token, length: MASK_LENGTH });
      default:
        return this.#writeUdp(view, at, probes, i);
    }
  }

  #writeTcp(view: DataView, at: number, probes: ProbeBatch, i: number): number {
    const tcp = this.#tcp;
    const isSyn = probes.kind[i] === Kind.SYN;
    tcp.sourcePort = probes.localPort[i]!;
    tcp.destinationPort = probes.port[i]!;
    tcp.sequence = isSyn ? probes.token[i]! : 0;
    tcp.acknowledgment = isSyn ? 0 : probes.token[i]!;
    tcp.flags = isSyn ? TcpFlag.SYN : TcpFlag.ACK;
    tcp.mss = isSyn ? MSS : 0;
    tcp.padding = probes.padding[i]!;
    const length = IPV4_LENGTH + tcpSegmentLength(tcp);
    this.#writeIp(view, at, Protocol.TCP, length);
    writeTcp(view, at + IPV4_LENGTH, tcp, at);
    return length;
  }

  /** The first data word carries the token again: echo's data, timestamp's originate time. */
  #writeIcmp(
    view: DataView,
    at: number,
    message: { type: number; token: number; length: number },
  ): number {
    const isMask = message.type === IcmpType.MASK;
    view.setUint32(at + IPV4_LENGTH + ICMP_LENGTH, isMask ? 0 : message.token);
    this.#icmp.type = message.type;
    this.#icmp.rest = message.token;
    this.#icmp.length = message.length;
    const length = IPV4_LENGTH + message.length;
    this.#writeIp(view, at, Protocol.ICMP, length);
    writeIcmp(view, at + IPV4_LENGTH, this.#icmp);
    return length;
  }

  /** The token travels as IP id and checksum: two data bytes bring the checksum to its value. */
  #writeUdp(view: DataView, at: number, probes: ProbeBatch, i: number): number {
    const token = probes.token[i]!;
    const udp = at + IPV4_LENGTH;
    const length = UDP_LENGTH + UDP_DATA;
    this.#ip.id = token >>> 16;
    this.#writeIp(view, at, Protocol.UDP, IPV4_LENGTH + length);
    view.setUint16(udp, probes.localPort[i]!);
    view.setUint16(udp + 2, probes.port[i]!);
    view.setUint16(udp + 4, length);
    view.setUint16(udp + 6, 0);
    view.setUint16(udp + UDP_LENGTH, 0);
    const wanted = token & 0xffff;
    const sum = fold(pseudoSum(view, at, Protocol.UDP, length) + sumWords(view, udp, length));
    // ~(sum + filler) must be the wanted checksum; ones' complement subtraction gives the filler.
    view.setUint16(udp + UDP_LENGTH, finish(sum + wanted));
    view.setUint16(udp + 6, wanted);
    return IPV4_LENGTH + length;
  }

  #writeIp(view: DataView, at: number, protocol: number, length: number): void {
    this.#ip.protocol = protocol;
    this.#ip.length = length;
    writeIpv4(view, at, this.#ip);
  }
}
