/**
 * Packets to replies: reads a captured packet, finds the target it is about, and fills one
 * {@linkcode Reply}. Nothing here trusts the network: what cannot be read, or cannot be an answer
 * to
 * us, is counted by reason. Whether the token is ours is the engine's question; TCP checksums are
 * no reason to drop (offload leaves those of captured packets unfinished), the token is the check.
 */
import { Kind } from "engine/kind.ts";
import { type Reply, ReplyKind } from "engine/reply.ts";
import * as icmp from "wire/icmp.ts";
import * as ipv4 from "wire/ipv4.ts";
import { HeaderCheck } from "wire/ipv4.ts";
import * as tcp from "wire/tcp.ts";
import { TcpFlag } from "wire/tcp.ts";
import type { ReceivedPacket } from "./link.ts";
import { readQuote } from "./quote.ts";

/** Local ports whose packets are ours, both ends included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** What reading a packet needs to know of targets; `AddressTable` knows it. */
export interface Sources {
  /** Index of an address given as a number, or −1. */
  find(address: number): number;
  /** Source address, as a number, that packets to a target carry. */
  source(target: number): number;
}

/** What became of packets. */
export class DemuxCounters {
  /** Handed to the engine. */
  accepted = 0;
  /** Fewer bytes than the headers need or announce. */
  truncated = 0;
  /** Headers that contradict themselves, or another IP version. */
  badHeader = 0;
  /** ICMP whose checksum is wrong. */
  badChecksum = 0;
  /** Fragments but the first: they have no header. */
  fragment = 0;
  /** Neither TCP nor ICMP. */
  otherProtocol = 0;
  /** From, or quoting a packet to, an address that is no target. */
  unknownTarget = 0;
  /** To, or quoting a packet from, an address or port that is not ours. */
  notOurs = 0;
  /** ICMP errors whose quote is too short or not of a kind that we send. */
  badQuote = 0;
  /** Of a kind that answers nothing we send: questions, data, our own packets on loopback. */
  unexpected = 0;
  /** Echo replies whose data is not what we sent. */
  mismatched = 0;
}

/** What became of one packet. */
export type Outcome = keyof DemuxCounters;

/** Reads packets, without allocating. */
export class Demux {
  readonly counters: DemuxCounters = new DemuxCounters();
  readonly #sources: Sources;
  readonly #ports: PortRange;
  /** Where the bytes of the packet at hand end. */
  #end = 0;

  constructor(sources: Sources, ports: PortRange) {
    this.#sources = sources;
    this.#ports = ports;
  }

  /**
   * Reads one packet.
   *
   * @returns False if it cannot be an answer to us; then `reply` is not meaningful.
   */
  parse(packet: ReceivedPacket, reply: Reply): boolean {
    const outcome = this.#read(packet, reply);
    this.counters[outcome]++;
    return outcome === "accepted";
  }

  #read(packet: ReceivedPacket, reply: Reply): Outcome {
    const { view, start, length } = packet;
    const check = ipv4.checkIpv4(view, start, length);
    if (check !== HeaderCheck.OK) return nameOf(check);
    if (ipv4.ipv4FragmentOffset(view, start) !== 0) return "fragment";
    // Short frames are padded behind the packet; long ones are cut.
    const announced = ipv4.ipv4Length(view, start);
    this.#end = start + Math.min(length, announced);
    reply.ttl = ipv4.ipv4Ttl(view, start);
    reply.tos = ipv4.ipv4Tos(view, start);
    reply.time = packet.time;
    reply.code = 0;
    reply.quotedKind = 0;
    reply.window = 0;
    reply.optionBytes = 0;
    reply.fromTarget = true;
    switch (ipv4.ipv4Protocol(view, start)) {
      case ipv4.Protocol.TCP:
        return this.#readTcp(view, start, reply);
      case ipv4.Protocol.ICMP: {
        const isWhole = length >= announced && !ipv4.ipv4HasMoreFragments(view, start);
        return this.#readIcmp(view, start, reply, isWhole);
      }
      default:
        return "otherProtocol";
    }
  }

  #readTcp(view: DataView, ip: number, reply: Reply): Outcome {
    const at = ip + ipv4.ipv4HeaderLength(view, ip);
    const check = tcp.checkTcp(view, at, this.#end - at);
    if (check !== HeaderCheck.OK) return nameOf(check);
    const sender = this.#findSender(view, ip, reply);
    if (sender !== "accepted") return sender;
    reply.port = tcp.tcpSourcePort(view, at);
    reply.localPort = tcp.tcpDestinationPort(view, at);
    if (!isWithin(this.#ports, reply.localPort)) return "notOurs";
    reply.window = tcp.tcpWindow(view, at);
    reply.optionBytes = tcp.tcpHeaderLength(view, at) - tcp.TCP_LENGTH;
    const sequence = tcp.tcpSequence(view, at);
    const acknowledgment = tcp.tcpAcknowledgment(view, at);
    const flags = tcp.tcpFlags(view, at);
    const hasAck = (flags & TcpFlag.ACK) !== 0;
    reply.token = hasAck ? (acknowledgment - 1) >>> 0 : sequence;
    // A bit that was flipped on the way must not turn open into closed: nobody sends both.
    if ((flags & TcpFlag.RST) && (flags & TcpFlag.SYN)) return "unexpected";
    if (flags & TcpFlag.RST) {
      reply.kind = ReplyKind.RST;
      reply.altToken = sequence;
      return "accepted";
    }
    // No answer without ACK; data and FIN belong to connections, and we make none.
    if (!hasAck || flags & (TcpFlag.FIN | TcpFlag.PSH)) return "unexpected";
    reply.kind = flags & TcpFlag.SYN ? ReplyKind.SYN_ACK : ReplyKind.BARE_ACK;
    reply.altToken = acknowledgment;
    return "accepted";
  }

  #readIcmp(view: DataView, ip: number, reply: Reply, isWhole: boolean): Outcome {
    const at = ip + ipv4.ipv4HeaderLength(view, ip);
    const length = this.#end - at;
    if (length < icmp.ICMP_LENGTH) return "truncated";
    const type = icmp.icmpType(view, at);
    const kind = kindOf(type);
    if (kind < 0) return "unexpected";
    reply.kind = kind as ReplyKind;
    reply.code = icmp.icmpCode(view, at);
    const outcome = icmp.isIcmpError(type)
      ? this.#readError(view, ip, reply)
      : this.#readQueryReply(view, ip, reply);
    if (outcome !== "accepted") return outcome;
    // Last, because it costs most. Type and code have no token to vouch for them.
    return !isWhole || icmp.isIcmpIntact(view, at, length) ? "accepted" : "badChecksum";
  }

  #readQueryReply(view: DataView, ip: number, reply: Reply): Outcome {
    const at = ip + ipv4.ipv4HeaderLength(view, ip);
    const length = this.#end - at;
    const sender = this.#findSender(view, ip, reply);
    if (sender !== "accepted") return sender;
    reply.port = 0;
    reply.localPort = 0;
    reply.token = icmp.icmpIdAndSequence(view, at);
    reply.altToken = reply.token;
    switch (reply.kind) {
      case ReplyKind.ECHO_REPLY: {
        const hasData = length >= icmp.ICMP_LENGTH + 4;
        return hasData && icmp.icmpFirstWord(view, at) !== reply.token ? "mismatched" : "accepted";
      }
      case ReplyKind.TIMESTAMP_REPLY:
        if (length < icmp.TIMESTAMP_LENGTH) return "truncated";
        reply.token = icmp.icmpFirstWord(view, at);
        return "accepted";
      default:
        return length < icmp.MASK_LENGTH ? "truncated" : "accepted";
    }
  }

  #readError(view: DataView, ip: number, reply: Reply): Outcome {
    const quoted = ip + ipv4.ipv4HeaderLength(view, ip) + icmp.ICMP_LENGTH;
    if (!readQuote(view, quoted, this.#end - quoted, reply)) return "badQuote";
    const destination = ipv4.ipv4Destination(view, quoted);
    reply.target = this.#sources.find(destination);
    if (reply.target < 0) return "unknownTarget";
    const us = this.#sources.source(reply.target);
    const isOurs = ipv4.ipv4Source(view, quoted) === us && ipv4.ipv4Destination(view, ip) === us;
    if (!isOurs) return "notOurs";
    const hasPorts = isWithPorts(reply.quotedKind);
    if (hasPorts && !isWithin(this.#ports, reply.localPort)) return "notOurs";
    reply.fromTarget = ipv4.ipv4Source(view, ip) === destination;
    return "accepted";
  }

  /** Finds the target that sent the packet, and looks whether it was sent to us. */
  #findSender(view: DataView, ip: number, reply: Reply): Outcome {
    reply.target = this.#sources.find(ipv4.ipv4Source(view, ip));
    if (reply.target < 0) return "unknownTarget";
    const us = this.#sources.source(reply.target);
    return ipv4.ipv4Destination(view, ip) === us ? "accepted" : "notOurs";
  }
}

/** The kind of reply that an ICMP type is, or −1. */
function kindOf(type: number): number {
  switch (type) {
    case icmp.IcmpType.ECHO_REPLY:
      return ReplyKind.ECHO_REPLY;
    case icmp.IcmpType.TIMESTAMP_REPLY:
      return ReplyKind.TIMESTAMP_REPLY;
    case icmp.IcmpType.MASK_REPLY:
      return ReplyKind.MASK_REPLY;
    case icmp.IcmpType.UNREACHABLE:
      return ReplyKind.UNREACHABLE;
    case icmp.IcmpType.SOURCE_QUENCH:
      return ReplyKind.SOURCE_QUENCH;
    case icmp.IcmpType.TIME_EXCEEDED:
      return ReplyKind.TIME_EXCEEDED;
    default:
      return -1;
  }
}

function isWithPorts(kind: number): boolean {
  return kind === Kind.SYN || kind === Kind.ACK || kind === Kind.UDP;
}

function nameOf(check: HeaderCheck): Outcome {
  return check === HeaderCheck.TRUNCATED ? "truncated" : "badHeader";
}

function isWithin(ports: PortRange, port: number): boolean {
  return port >= ports.first && port <= ports.last;
}
