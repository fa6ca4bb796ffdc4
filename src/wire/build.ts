/**
 * Answers: what a host or a router sends back for a packet it received, built from that packet into
 * a buffer of the caller, without allocation. For simulated hosts and for tests; whether, when and
 * what to answer is their business. IPv4.
 *
 * The packet that is answered must be whole and checked (`checkIpv4`, `checkTcp`).
 */
import * as icmp from "./icmp.ts";
import * as ipv4 from "./ipv4.ts";
import { addSequence } from "./seq.ts";
import * as tcp from "./tcp.ts";

/** Bytes of an ICMP error at most, its IP header included (RFC 1812 §4.3.2.3). */
const LONGEST_ERROR = 576;

/** A packet in somebody's buffer. */
export interface PacketSpan {
  readonly view: DataView;
  /** Where the IP header starts. */
  start: number;
  /** Bytes from there on; the builder sets those of answers. */
  length: number;
}

/** Fields of a TCP answer. */
export interface TcpAnswer {
  flags: number;
  sequence: number;
  acknowledgment: number;
}

/** Fields of an ICMP error. */
export interface IcmpError {
  /** One of the types that quote. */
  type: number;
  code: number;
  /** Who sends it: an address as a number; 0: the destination of the packet itself. */
  from: number;
  /**
   * Bytes to quote behind the quoted IP header: 8 is what RFC 792 demands, Linux and most routers
   * send what fits into 576 bytes. More than there are means all.
   */
  quote: number;
}

/** Builds answers. Its public fields hold for all answers until they are changed. */
export class AnswerBuilder {
  /** Hops allowed. */
  ttl = 64;
  /** Type of service byte. */
  tos = 0;
  /** IP identification. */
  id = 0;
  /** TCP window of SYN-ACKs and bare ACKs; a RST states 0. */
  window = 65_160;
  /** Maximum segment size that SYN-ACKs state; 0: no option. */
  mss = 1_460;
  readonly #ip: ipv4.Ipv4Fields = {
    length: 0,
    id: 0,
    ttl: 0,
    tos: 0,
    protocol: 0,
    source: 0,
    destination: 0,
  };
  readonly #tcp: tcp.TcpFields = {
    sourcePort: 0,
    destinationPort: 0,
    sequence: 0,
    acknowledgment: 0,
    flags: 0,
    window: 0,
    mss: 0,
    padding: 0,
  };
  readonly #segment: TcpAnswer = { flags: 0, sequence: 0, acknowledgment: 0 };
  readonly #icmp: icmp.IcmpFields = { type: 0, code: 0, rest: 0, length: 0 };

  /** Any segment, back to where `query` came from. MSS only with SYN, window not with RST. */
  writeTcp(query: PacketSpan, answer: PacketSpan, segment: TcpAnswer): void {
    const asked = bodyOf(query);
    const fields = this.#tcp;
    fields.sourcePort = tcp.tcpDestinationPort(query.view, asked);
    fields.destinationPort = tcp.tcpSourcePort(query.view, asked);
    fields.sequence = segment.sequence;
    fields.acknowledgment = segment.acknowledgment;
    fields.flags = segment.flags;
    fields.window = segment.flags & tcp.TcpFlag.RST ? 0 : this.window;
    fields.mss = segment.flags & tcp.TcpFlag.SYN ? this.mss : 0;
    this.#writeIp(query, answer, ipv4.Protocol.TCP, tcp.tcpSegmentLength(fields));
    tcp.writeTcp(answer.view, answer.start + ipv4.IPV4_LENGTH, fields, answer.start);
  }

  /** SYN and ACK for a SYN. `sequence` is the answering side's own first number. */
  writeSynAck(query: PacketSpan, answer: PacketSpan, sequence: number): void {
    this.#segment.flags = tcp.TcpFlag.SYN | tcp.TcpFlag.ACK;
    this.#segment.sequence = sequence;
    this.#segment.acknowledgment = addSequence(tcp.tcpSequence(query.view, bodyOf(query)), 1);
    this.writeTcp(query, answer, this.#segment);
  }

  /**
   * RST for a segment that nobody expects (RFC 9293 §3.10.7.1): with the sequence number that it
   * acknowledges, or, if it acknowledges none, acknowledging all it occupies.
   */
  writeReset(query: PacketSpan, answer: PacketSpan): void {
    const { view } = query;
    const asked = bodyOf(query);
    const flags = tcp.tcpFlags(view, asked);
    const segment = this.#segment;
    if (flags & tcp.TcpFlag.ACK) {
      segment.flags = tcp.TcpFlag.RST;
      segment.sequence = tcp.tcpAcknowledgment(view, asked);
      segment.acknowledgment = 0;
    } else {
      const data = query.start + ipv4.ipv4Length(view, query.start) - asked -
        tcp.tcpHeaderLength(view, asked);
      const controls = (flags & tcp.TcpFlag.SYN ? 1 : 0) + (flags & tcp.TcpFlag.FIN ? 1 : 0);
      segment.flags = tcp.TcpFlag.RST | tcp.TcpFlag.ACK;
      segment.sequence = 0;
      segment.acknowledgment = addSequence(tcp.tcpSequence(view, asked), data + controls);
    }
    this.writeTcp(query, answer, segment);
  }

  /** Echo reply: the same identifier, sequence number and data. */
  writeEchoReply(query: PacketSpan, answer: PacketSpan): void {
    const { view } = answer;
    const at = answer.start + ipv4.IPV4_LENGTH;
    const asked = bodyOf(query);
    const length = query.start + ipv4.ipv4Length(query.view, query.start) - asked;
    for (let i = 0; i < length; i++) view.setUint8(at + i, query.view.getUint8(asked + i));
    view.setUint16(at, icmp.IcmpType.ECHO_REPLY << 8);
    // Anew, as Linux does: updated from the query's, the checksum of an all-zero message is wrong.
    icmp.finishIcmp(view, at, length);
    this.#writeIp(query, answer, ipv4.Protocol.ICMP, length);
  }

  /** Timestamp reply. `time` is ms since midnight UTC, for both receive and transmit time. */
  writeTimestampReply(query: PacketSpan, answer: PacketSpan, time: number): void {
    const { view } = answer;
    const at = answer.start + ipv4.IPV4_LENGTH;
    view.setUint32(at + 8, icmp.icmpFirstWord(query.view, bodyOf(query)));
    view.setUint32(at + 12, time);
    view.setUint32(at + 16, time);
    this.#writeQueryReply(query, answer, icmp.IcmpType.TIMESTAMP_REPLY, icmp.TIMESTAMP_LENGTH);
  }

  /** Address mask reply. */
  writeMaskReply(query: PacketSpan, answer: PacketSpan, mask: number): void {
    answer.view.setUint32(answer.start + ipv4.IPV4_LENGTH + icmp.ICMP_LENGTH, mask);
    this.#writeQueryReply(query, answer, icmp.IcmpType.MASK_REPLY, icmp.MASK_LENGTH);
  }

  /** ICMP error about `query`, which it quotes. */
  writeError(query: PacketSpan, answer: PacketSpan, error: IcmpError): void {
    const room = LONGEST_ERROR - ipv4.IPV4_LENGTH - icmp.ICMP_LENGTH;
    const header = ipv4.ipv4HeaderLength(query.view, query.start);
    const all = ipv4.ipv4Length(query.view, query.start);
    const quote = Math.min(header + error.quote, all, query.length, room);
    const at = answer.start + ipv4.IPV4_LENGTH;
    const to = at + icmp.ICMP_LENGTH;
    for (let i = 0; i < quote; i++) {
      answer.view.setUint8(to + i, query.view.getUint8(query.start + i));
    }
    const fields = this.#icmp;
    fields.type = error.type;
    fields.code = error.code;
    fields.rest = 0;
    fields.length = icmp.ICMP_LENGTH + quote;
    icmp.writeIcmp(answer.view, at, fields);
    this.#writeIp(query, answer, ipv4.Protocol.ICMP, fields.length);
    if (error.from === 0) return;
    ipv4.setIpv4Source(answer.view, answer.start, error.from);
  }

  /** The header of a reply to an ICMP query whose data has been written. */
  #writeQueryReply(query: PacketSpan, answer: PacketSpan, type: number, length: number): void {
    const fields = this.#icmp;
    fields.type = type;
    fields.code = 0;
    fields.rest = icmp.icmpIdAndSequence(query.view, bodyOf(query));
    fields.length = length;
    icmp.writeIcmp(answer.view, answer.start + ipv4.IPV4_LENGTH, fields);
    this.#writeIp(query, answer, ipv4.Protocol.ICMP, length);
  }

  /** The IP header of an answer, and its length. */
  #writeIp(query: PacketSpan, answer: PacketSpan, protocol: number, bodyLength: number): void {
    const fields = this.#ip;
    fields.length = ipv4.IPV4_LENGTH + bodyLength;
    fields.id = this.id;
    fields.ttl = this.ttl;
    fields.tos = this.tos;
    fields.protocol = protocol;
    fields.source = ipv4.ipv4Destination(query.view, query.start);
    fields.destination = ipv4.ipv4Source(query.view, query.start);
    ipv4.writeIpv4(answer.view, answer.start, fields);
    answer.length = fields.length;
  }
}

/** Where the header behind the IP header starts. */
function bodyOf(packet: PacketSpan): number {
  return packet.start + ipv4.ipv4HeaderLength(packet.view, packet.start);
}
