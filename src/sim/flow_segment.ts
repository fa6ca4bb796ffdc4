/**
 * Packets of other people's TCP flows: full-size segments of which the headers alone are stored,
 * and acknowledgments with SACK blocks (RFC 2018). Segments are counted from 0; their sequence
 * numbers wrap, so a reader says near which number he expects one.
 */
import { IPV4_LENGTH, Protocol, writeIpv4 } from "wire/ipv4.ts";
import { sequenceDifference } from "wire/seq.ts";
import {
  TCP_LENGTH,
  tcpAcknowledgment,
  TcpFlag,
  tcpFlags,
  tcpSequence,
  writeTcp,
} from "wire/tcp.ts";
import type { PacketPool } from "./packet_pool.ts";

/** Bytes of data in a segment: what Ethernet leaves when time stamps are used. */
export const SEGMENT_DATA = 1_448;

/** Bytes of a full-size IP packet. */
const FULL_LENGTH = 1_500;

/** SACK blocks in an acknowledgment at most (RFC 2018 §3). */
export const MAX_BLOCKS = 3;

/** Two no-operations, then kind 5 and its length without blocks. */
const SACK_HEAD = 0x0101_0502;

/** ECN capable, and congestion experienced (RFC 3168). */
const ECT = 0x02;

/** Type of service byte's ECN bits. */
export const ECN_MASK = 0x03;

/** Who talks to whom; addresses as numbers. */
export interface FlowAddresses {
  readonly server: number;
  readonly serverPort: number;
  readonly client: number;
  readonly clientPort: number;
}

/** Writes and reads the packets of one flow. */
export class FlowSegments {
  readonly #addresses: FlowAddresses;
  readonly #ecn: boolean;
  readonly #ip = {
    length: 0,
    id: 0,
    ttl: 64,
    tos: 0,
    protocol: Protocol.TCP,
    source: 0,
    destination: 0,
  };
  readonly #tcp = {
    sourcePort: 0,
    destinationPort: 0,
    sequence: 0,
    acknowledgment: 0,
    flags: TcpFlag.ACK as number,
    window: 0xffff,
    mss: 0,
    padding: 0,
  };

  constructor(addresses: FlowAddresses, ecn: boolean) {
    this.#addresses = addresses;
    this.#ecn = ecn;
  }

  /** A full-size segment of data. */
  writeData(pool: PacketPool, segment: number): number {
    const { server, serverPort, client, clientPort } = this.#addresses;
    const packet = pool.takeWith(FULL_LENGTH, IPV4_LENGTH + TCP_LENGTH);
    const ip = this.#ip;
    const tcp = this.#tcp;
    ip.length = FULL_LENGTH;
    ip.tos = this.#ecn ? ECT : 0;
    ip.source = server;
    ip.destination = client;
    tcp.sourcePort = serverPort;
    tcp.destinationPort = clientPort;
    tcp.sequence = numberOf(segment);
    tcp.acknowledgment = 0;
    tcp.flags = TcpFlag.ACK;
    tcp.padding = 0;
    this.#write(pool, packet);
    return packet;
  }

  /**
   * An acknowledgment of all segments below `next`.
   *
   * @param blocks Pairs of first segment and the one behind the last, `count` of them.
   */
  writeAck(
    pool: PacketPool,
    next: number,
    sack: { blocks: ArrayLike<number>; count: number; echoes: boolean },
  ): number {
    const { server, serverPort, client, clientPort } = this.#addresses;
    const options = sack.count === 0 ? 0 : 4 + 8 * sack.count;
    const length = IPV4_LENGTH + TCP_LENGTH + options;
    const packet = pool.take(length);
    const ip = this.#ip;
    const tcp = this.#tcp;
    ip.length = length;
    ip.tos = 0;
    ip.source = client;
    ip.destination = server;
    tcp.sourcePort = clientPort;
    tcp.destinationPort = serverPort;
    tcp.sequence = 0;
    tcp.acknowledgment = numberOf(next);
    tcp.flags = sack.echoes ? TcpFlag.ACK | TcpFlag.ECE : TcpFlag.ACK;
    tcp.padding = options;
    this.#write(pool, packet);
    if (options > 0) writeBlocks(pool, packet, sack);
    return packet;
  }

  #write(pool: PacketPool, packet: number): void {
    const view = pool.view(packet);
    const at = pool.at(packet);
    writeIpv4(view, at, this.#ip);
    writeTcp(view, at + IPV4_LENGTH, this.#tcp, at);
  }
}

/** The segment that a packet of data holds, near an expected one. */
export function dataSegment(pool: PacketPool, packet: number, near: number): number {
  const at = pool.at(packet) + IPV4_LENGTH;
  return near + distance(tcpSequence(pool.view(packet), at), near);
}

/** The segment that an acknowledgment waits for, near an expected one. */
export function ackedSegment(pool: PacketPool, packet: number, near: number): number {
  const at = pool.at(packet) + IPV4_LENGTH;
  return near + distance(tcpAcknowledgment(pool.view(packet), at), near);
}

/** True if an acknowledgment echoes a congestion mark. */
export function echoesMark(pool: PacketPool, packet: number): boolean {
  const at = pool.at(packet) + IPV4_LENGTH;
  return (tcpFlags(pool.view(packet), at) & TcpFlag.ECE) !== 0;
}

/** Reads the SACK blocks of an acknowledgment into `blocks`; returns how many there are. */
export function readBlocks(
  pool: PacketPool,
  packet: number,
  to: { blocks: Float64Array; near: number },
): number {
  const view = pool.view(packet);
  const at = pool.at(packet) + IPV4_LENGTH + TCP_LENGTH;
  const options = pool.length[packet]! - IPV4_LENGTH - TCP_LENGTH;
  const count = Math.max(0, options - 4) >>> 3;
  for (let i = 0; i < 2 * count; i++) {
    to.blocks[i] = to.near + distance(view.getUint32(at + 4 + 4 * i), to.near);
  }
  return count;
}

function writeBlocks(
  pool: PacketPool,
  packet: number,
  sack: { blocks: ArrayLike<number>; count: number },
): void {
  const view = pool.view(packet);
  const header = pool.at(packet) + IPV4_LENGTH;
  const at = header + TCP_LENGTH;
  // The options are part of the header; nobody on the way looks at the checksum.
  view.setUint8(header + 12, (TCP_LENGTH + 4 + 8 * sack.count) << 2);
  view.setUint32(at, SACK_HEAD + 8 * sack.count);
  for (let i = 0; i < 2 * sack.count; i++) {
    view.setUint32(at + 4 + 4 * i, numberOf(sack.blocks[i]!));
  }
}

/** Sequence number of the first byte of a segment. */
function numberOf(segment: number): number {
  return (segment * SEGMENT_DATA) % 0x1_0000_0000;
}

/** Segments from `near` to the one that begins with this sequence number. */
function distance(sequence: number, near: number): number {
  return sequenceDifference(sequence, numberOf(near)) / SEGMENT_DATA;
}
