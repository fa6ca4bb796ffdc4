/**
 * Packets to replies: reads a captured packet, finds the target it is about, and fills one
 * {@linkcode Reply}. Nothing here trusts the network: what cannot be read is counted.
 */
import { Kind } from "engine/kind.ts";
import { type Reply, ReplyKind } from "engine/reply.ts";
import {
  ICMP_LENGTH,
  icmpCode,
  icmpFirstWord,
  icmpId,
  icmpSequence,
  IcmpType,
  icmpType,
} from "wire/icmp.ts";
import {
  IPV4_LENGTH,
  ipv4Destination,
  ipv4FragmentOffset,
  ipv4HeaderLength,
  ipv4Id,
  ipv4Length,
  ipv4Protocol,
  ipv4Source,
  ipv4Tos,
  ipv4Ttl,
  ipVersion,
  Protocol,
} from "wire/ipv4.ts";
import {
  TCP_LENGTH,
  tcpAcknowledgment,
  tcpDestinationPort,
  TcpFlag,
  tcpFlags,
  tcpHeaderLength,
  tcpSequence,
  tcpSourcePort,
  tcpWindow,
} from "wire/tcp.ts";
import { udpChecksum } from "wire/udp.ts";
import type { AddressTable } from "./address_table.ts";
import type { ReceivedPacket } from "./link.ts";

/** Bytes of the quoted packet behind its IP header that an ICMP error carries at least. */
const QUOTED = 8;

/** Local ports whose packets are ours. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Why packets were passed over. */
export class DemuxCounters {
  /** Shorter than their headers say, or wrong headers. */
  malformed = 0;
  /** From an address that is no target, or for a port that is not ours. */
  foreign = 0;
  /** Of a kind that answers nothing we send. */
  unexpected = 0;
}

/** Parses packets. */
export class Demux {
  readonly counters = new DemuxCounters();
  readonly #table: AddressTable;
  readonly #ports: PortRange;

  constructor(table: AddressTable, ports: PortRange) {
    this.#table = table;
    this.#ports = ports;
  }

  /** @returns False if the packet cannot be an answer to us. */
  parse(packet: ReceivedPacket, reply: Reply): boolean {
    const { view, start } = packet;
    if (!isWhole(view, start, packet.length)) return this.#passOver("malformed");
    const header = ipv4HeaderLength(view, start);
    const length = Math.min(packet.length, ipv4Length(view, start)) - header;
    if (header < IPV4_LENGTH || length < 0) return this.#passOver("malformed");
    if (ipv4FragmentOffset(view, start) !== 0) return this.#passOver("unexpected");
    reply.ttl = ipv4Ttl(view, start);
    reply.tos = ipv4Tos(view, start);
    reply.time = packet.time;
    switch (ipv4Protocol(view, start)) {
      case Protocol.TCP:
        return this.#parseTcp(view, { ip: start, at: start + header, length }, reply);
      case Protocol.ICMP:
        return this.#parseIcmp(view, { ip: start, at: start + header, length }, reply);
      default:
        return this.#passOver("unexpected");
    }
  }

  #passOver(why: keyof DemuxCounters): false {
    this.counters[why]++;
    return false;
  }

  #parseTcp(
    view: DataView,
    { ip, at, length }: { ip: number; at: number; length: number },
    reply: Reply,
  ): boolean {
    const header = length >= TCP_LENGTH ? tcpHeaderLength(view, at) : 0;
    if (header < TCP_LENGTH || header > length) return this.#passOver("malformed");
    reply.target = this.#table.find(ipv4Source(view, ip));
    reply.localPort = tcpDestinationPort(view, at);
    if (reply.target < 0 || !this.#isOurs(reply.localPort)) return this.#passOver("foreign");
    const flags = tcpFlags(view, at);
    const hasAck = (flags & TcpFlag.ACK) !== 0;
    if (flags & TcpFlag.RST) reply.kind = ReplyKind.RST;
    else if (!hasAck) return this.#passOver("unexpected");
    else reply.kind = flags & TcpFlag.SYN ? ReplyKind.SYN_ACK : ReplyKind.BARE_ACK;
    reply.fromTarget = true;
    reply.port = tcpSourcePort(view, at);
    reply.code = 0;
    reply.token = hasAck ? (tcpAcknowledgment(view, at) - 1) >>> 0 : tcpSequence(view, at);
    reply.altToken = tcpSequence(view, at);
    reply.window = tcpWindow(view, at);
    reply.optionBytes = header - TCP_LENGTH;
    return true;
  }

  #parseIcmp(
    view: DataView,
    { ip, at, length }: { ip: number; at: number; length: number },
    reply: Reply,
  ): boolean {
    if (length < ICMP_LENGTH) return this.#passOver("malformed");
    const type = icmpType(view, at);
    reply.code = icmpCode(view, at);
    switch (type) {
      case IcmpType.ECHO_REPLY:
        return this.#parseQuery(view, { ip, at, length }, reply, ReplyKind.ECHO_REPLY);
      case IcmpType.TIMESTAMP_REPLY:
        return this.#parseQuery(view, { ip, at, length }, reply, ReplyKind.TIMESTAMP_REPLY);
      case IcmpType.MASK_REPLY:
        return this.#parseQuery(view, { ip, at, length }, reply, ReplyKind.MASK_REPLY);
      case IcmpType.UNREACHABLE:
        reply.kind = ReplyKind.UNREACHABLE;
        break;
      case IcmpType.SOURCE_QUENCH:
        reply.kind = ReplyKind.SOURCE_QUENCH;
        break;
      case IcmpType.TIME_EXCEEDED:
        reply.kind = ReplyKind.TIME_EXCEEDED;
        break;
      default:
        return this.#passOver("unexpected");
    }
    return this.#parseQuote(
      view,
      { ip, at: at + ICMP_LENGTH, length: length - ICMP_LENGTH },
      reply,
    );
  }

  #parseQuery(
    view: DataView,
    { ip, at, length }: { ip: number; at: number; length: number },
    reply: Reply,
    kind: ReplyKind,
  ): boolean {
    reply.target = this.#table.find(ipv4Source(view, ip));
    if (reply.target < 0) return this.#passOver("foreign");
    reply.kind = kind;
    reply.fromTarget = true;
    reply.port = 0;
    reply.localPort = 0;
    reply.token = ((icmpId(view, at) << 16) | icmpSequence(view, at)) >>> 0;
    reply.altToken = reply.token;
    // The data must repeat the token, where a stack that answers correctly has to repeat it.
    if (kind === ReplyKind.MASK_REPLY) return true;
    if (length < ICMP_LENGTH + 4) return this.#passOver("malformed");
    if (icmpFirstWord(view, at) !== reply.token) return this.#passOver("foreign");
    return true;
  }

  #parseQuote(
    view: DataView,
    { ip, at, length }: { ip: number; at: number; length: number },
    reply: Reply,
  ): boolean {
    if (length < IPV4_LENGTH || ipVersion(view, at) !== 4) return this.#passOver("malformed");
    const header = ipv4HeaderLength(view, at);
    if (header < IPV4_LENGTH || length < header + QUOTED) return this.#passOver("malformed");
    const destination = ipv4Destination(view, at);
    reply.target = this.#table.find(destination);
    const isOurAddress = ipv4Source(view, at) === ipv4Destination(view, ip);
    if (reply.target < 0 || !isOurAddress) return this.#passOver("foreign");
    reply.fromTarget = ipv4Source(view, ip) === destination;
    const inner = at + header;
    switch (ipv4Protocol(view, at)) {
      case Protocol.TCP:
        return this.#quoteTcp(view, inner, length - header, reply);
      case Protocol.UDP:
        reply.quotedKind = Kind.UDP;
        reply.token = ((ipv4Id(view, at) << 16) | udpChecksum(view, inner)) >>> 0;
        return this.#quotePorts(view, inner, reply);
      case Protocol.ICMP:
        reply.quotedKind = quotedQuery(icmpType(view, inner));
        reply.token = ((icmpId(view, inner) << 16) | icmpSequence(view, inner)) >>> 0;
        reply.port = 0;
        reply.localPort = 0;
        return true;
      default:
        return this.#passOver("unexpected");
    }
  }

  /**
   * Only ports and sequence number are quoted for sure; an ACK is told by its flags if they are.
   */
  #quoteTcp(view: DataView, at: number, length: number, reply: Reply): boolean {
    const isAck = length > 13 && (tcpFlags(view, at) & (TcpFlag.SYN | TcpFlag.ACK)) === TcpFlag.ACK;
    reply.quotedKind = isAck ? Kind.ACK : Kind.SYN;
    reply.token = isAck ? tcpAcknowledgment(view, at) : tcpSequence(view, at);
    return this.#quotePorts(view, at, reply);
  }

  #quotePorts(view: DataView, at: number, reply: Reply): boolean {
    reply.localPort = tcpSourcePort(view, at);
    reply.port = tcpDestinationPort(view, at);
    reply.altToken = reply.token;
    return this.#isOurs(reply.localPort) || this.#passOver("foreign");
  }

  #isOurs(localPort: number): boolean {
    return localPort >= this.#ports.first && localPort <= this.#ports.last;
  }
}

function isWhole(view: DataView, start: number, length: number): boolean {
  return length >= IPV4_LENGTH && start + length <= view.byteLength && ipVersion(view, start) === 4;
}

function quotedQuery(type: number): Kind {
  switch (type) {
    case IcmpType.TIMESTAMP:
      return Kind.TIMESTAMP;
    case IcmpType.MASK:
      return Kind.MASK;
    default:
      return Kind.ECHO;
  }
}
