/**
 * One line per packet, for traces and failing tests. Reads whatever is there and never throws; what
 * cannot be read is said to be cut or bad. Allocates, so it is not for hot paths.
 */
import { formatIpv4 } from "./address.ts";
import * as icmp from "./icmp.ts";
import * as ipv4 from "./ipv4.ts";
import { HeaderCheck } from "./ipv4.ts";
import * as tcp from "./tcp.ts";
import { readTcpOptions, TcpOptions } from "./tcp_options.ts";
import * as udp from "./udp.ts";

/** Letters of the TCP flags, from the lowest bit on. */
const FLAG_LETTERS = "FSRPAUEC";

/** Names of the ICMP types by number. */
const ICMP_NAMES: Readonly<Record<number, string>> = {
  [icmp.IcmpType.ECHO_REPLY]: "echo reply",
  [icmp.IcmpType.UNREACHABLE]: "unreachable",
  [icmp.IcmpType.SOURCE_QUENCH]: "source quench",
  [icmp.IcmpType.REDIRECT]: "redirect",
  [icmp.IcmpType.ECHO]: "echo",
  [icmp.IcmpType.TIME_EXCEEDED]: "time exceeded",
  [icmp.IcmpType.PARAMETER_PROBLEM]: "parameter problem",
  [icmp.IcmpType.TIMESTAMP]: "timestamp",
  [icmp.IcmpType.TIMESTAMP_REPLY]: "timestamp reply",
  [icmp.IcmpType.MASK]: "mask",
  [icmp.IcmpType.MASK_REPLY]: "mask reply",
};

/** Bytes of a packet: `at` is where its IP header starts, `length` how many are there. */
interface Span {
  at: number;
  length: number;
}

/**
 * Describes a packet, for example
 * `192.0.2.1:45000 > 192.0.2.9:80 tcp S seq 7 win 64240 mss 1460, ttl 64 id 0 44 bytes`.
 */
export function describePacket(view: DataView, at: number, length: number): string {
  const check = ipv4.checkIpv4(view, at, length);
  if (check === HeaderCheck.TRUNCATED) return `cut IPv4 header, ${length} bytes`;
  if (check === HeaderCheck.BAD) return `bad IPv4 header, ${length} bytes`;
  const total = ipv4.ipv4Length(view, at);
  const tos = ipv4.ipv4Tos(view, at);
  const size = `${total} bytes${total > length ? ` (${length} there)` : ""}`;
  const notes = [
    `ttl ${ipv4.ipv4Ttl(view, at)}`,
    `id ${ipv4.ipv4Id(view, at)}`,
    ...(tos > 0 ? [`tos ${tos}`] : []),
    size,
  ];
  return `${describeBody(view, { at, length: Math.min(length, total) })}, ${notes.join(" ")}`;
}

function describeBody(view: DataView, packet: Span): string {
  const header = ipv4.ipv4HeaderLength(view, packet.at);
  const body = { at: packet.at + header, length: packet.length - header };
  const source = formatIpv4(ipv4.ipv4Source(view, packet.at));
  const destination = formatIpv4(ipv4.ipv4Destination(view, packet.at));
  const offset = ipv4.ipv4FragmentOffset(view, packet.at);
  if (offset > 0) return `${source} > ${destination} fragment at ${8 * offset}`;
  const protocol = ipv4.ipv4Protocol(view, packet.at);
  const hasPorts = protocol === ipv4.Protocol.TCP || protocol === ipv4.Protocol.UDP;
  if (!hasPorts || body.length < 4) {
    const text = protocol === ipv4.Protocol.ICMP
      ? describeIcmp(view, body)
      : `protocol ${protocol}`;
    return `${source} > ${destination} ${text}`;
  }
  const ends = `${source}:${view.getUint16(body.at)} > ${destination}:${
    view.getUint16(body.at + 2)
  }`;
  const isTcp = protocol === ipv4.Protocol.TCP;
  return `${ends} ${isTcp ? describeTcp(view, body) : describeUdp(view, body)}`;
}

/** Quotes have only the ports and the sequence number. */
function describeTcp(view: DataView, { at, length }: Span): string {
  if (length < 8) return "tcp cut";
  const sequence = `seq ${tcp.tcpSequence(view, at)}`;
  if (length < tcp.TCP_LENGTH) return `tcp ${sequence} cut`;
  const flags = tcp.tcpFlags(view, at);
  const letters = [...FLAG_LETTERS].filter((_, bit) => flags & (1 << bit)).join("") || "-";
  const parts = ["tcp", letters, sequence];
  if (flags & tcp.TcpFlag.ACK) parts.push(`ack ${tcp.tcpAcknowledgment(view, at)}`);
  parts.push(`win ${tcp.tcpWindow(view, at)}`);
  const check = tcp.checkTcp(view, at, length);
  parts.push(...(check === HeaderCheck.OK ? describeOptions(view, at) : ["bad header"]));
  const data = length - tcp.tcpHeaderLength(view, at);
  if (data > 0) parts.push(`data ${data}`);
  return parts.join(" ");
}

function describeOptions(view: DataView, at: number): string[] {
  const options = new TcpOptions();
  const parts = readTcpOptions(view, at, options) ? [] : ["bad options"];
  if (options.mss > 0) parts.push(`mss ${options.mss}`);
  if (options.sackPermitted) parts.push("sack");
  if (options.hasTimestamps) parts.push(`ts ${options.timestamp}/${options.timestampEcho}`);
  if (options.windowScale >= 0) parts.push(`scale ${options.windowScale}`);
  return parts;
}

function describeUdp(view: DataView, { at, length }: Span): string {
  if (length < udp.UDP_LENGTH) return "udp cut";
  return `udp data ${udp.udpDatagramLength(view, at) - udp.UDP_LENGTH}`;
}

function describeIcmp(view: DataView, { at, length }: Span): string {
  if (length < icmp.ICMP_LENGTH) return "icmp cut";
  const type = icmp.icmpType(view, at);
  const code = icmp.icmpCode(view, at);
  const name = `icmp ${ICMP_NAMES[type] ?? `type ${type}`}`;
  if (!icmp.isIcmpError(type)) {
    return `${name} id ${icmp.icmpId(view, at)} seq ${icmp.icmpSequence(view, at)}`;
  }
  return `${name} code ${code} about [${
    describeQuote(view, { at: at + icmp.ICMP_LENGTH, length: length - icmp.ICMP_LENGTH })
  }]`;
}

/** A quote of a quote is not followed: that would let a packet decide how deep we go. */
function describeQuote(view: DataView, quote: Span): string {
  if (ipv4.checkIpv4(view, quote.at, quote.length) !== HeaderCheck.OK) return "cut or bad quote";
  const isIcmp = ipv4.ipv4Protocol(view, quote.at) === ipv4.Protocol.ICMP;
  const at = quote.at + ipv4.ipv4HeaderLength(view, quote.at);
  const isError = isIcmp && at < quote.at + quote.length &&
    icmp.isIcmpError(icmp.icmpType(view, at));
  return isError ? "an ICMP error" : describeBody(view, quote);
}
