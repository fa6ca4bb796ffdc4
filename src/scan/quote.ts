/**
 * The packet that an ICMP error quotes: which transmission of ours was it? Only its IP header and 8
 * bytes are sure to be there. Its length, flags and fragment fields are not looked at: some stacks
 * return them changed (RFC 1122 demands it unchanged; BSD's older ones swap or shorten them).
 */
import { Kind } from "engine/kind.ts";
import type { Reply } from "engine/reply.ts";
import { icmpIdAndSequence, IcmpType, icmpType, QUOTE_LENGTH } from "wire/icmp.ts";
import * as ipv4 from "wire/ipv4.ts";
import { tcpDestinationPort, TcpFlag, tcpFlags, tcpSequence, tcpSourcePort } from "wire/tcp.ts";
import { udpChecksum, udpDestinationPort, udpSourcePort } from "wire/udp.ts";

/** Offset of the byte behind the flags in a TCP header. */
const FLAGS_END = 14;

/**
 * Fills kind, ports and token from a quoted packet. Addresses are left to the caller.
 *
 * @param length Bytes that are there from `at` on; may be negative.
 * @returns False if the quote is too short, or of a packet that we would not send.
 */
export function readQuote(view: DataView, at: number, length: number, reply: Reply): boolean {
  if (length < ipv4.IPV4_LENGTH + QUOTE_LENGTH || ipv4.ipVersion(view, at) !== 4) return false;
  const header = ipv4.ipv4HeaderLength(view, at);
  if (header < ipv4.IPV4_LENGTH || length < header + QUOTE_LENGTH) return false;
  switch (ipv4.ipv4Protocol(view, at)) {
    case ipv4.Protocol.TCP:
      return readTcp(view, at + header, length - header, reply);
    case ipv4.Protocol.UDP:
      readUdp(view, at, at + header, reply);
      return true;
    case ipv4.Protocol.ICMP:
      return readQuery(view, at + header, reply);
    default:
      return false;
  }
}

/** An ACK can be told from a SYN only if the quote reaches to the flags. */
function readTcp(view: DataView, at: number, length: number, reply: Reply): boolean {
  reply.quotedKind = Kind.SYN;
  if (length >= FLAGS_END) {
    const flags = tcpFlags(view, at) & (TcpFlag.SYN | TcpFlag.ACK | TcpFlag.RST);
    if (flags === TcpFlag.ACK) reply.quotedKind = Kind.ACK;
    else if (flags !== TcpFlag.SYN) return false;
  }
  reply.localPort = tcpSourcePort(view, at);
  reply.port = tcpDestinationPort(view, at);
  reply.token = tcpSequence(view, at);
  reply.altToken = reply.token;
  return true;
}

function readUdp(view: DataView, ip: number, at: number, reply: Reply): void {
  reply.quotedKind = Kind.UDP;
  reply.localPort = udpSourcePort(view, at);
  reply.port = udpDestinationPort(view, at);
  reply.token = ((ipv4.ipv4Id(view, ip) << 16) | udpChecksum(view, at)) >>> 0;
  reply.altToken = reply.token;
}

function readQuery(view: DataView, at: number, reply: Reply): boolean {
  switch (icmpType(view, at)) {
    case IcmpType.ECHO:
      reply.quotedKind = Kind.ECHO;
      break;
    case IcmpType.TIMESTAMP:
      reply.quotedKind = Kind.TIMESTAMP;
      break;
    case IcmpType.MASK:
      reply.quotedKind = Kind.MASK;
      break;
    default:
      return false;
  }
  reply.localPort = 0;
  reply.port = 0;
  reply.token = icmpIdAndSequence(view, at);
  reply.altToken = reply.token;
  return true;
}
