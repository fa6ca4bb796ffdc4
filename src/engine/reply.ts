/**
 * One received packet, parsed: what `scan/demux.ts` fills in and the engine reads. There is one of
 * these per worker, overwritten packet by packet.
 *
 * A reply carries the *token* of the transmission that it answers, 32 bits, wherever the protocol
 * echoes them; `altToken` is the other place where it may stand, or the same:
 *
 * | reply | `token` | `altToken` |
 * |---|---|---|
 * | SYN-ACK, bare ACK | acknowledgment − 1 | acknowledgment |
 * | RST with ACK | acknowledgment − 1 (answer to a SYN) | sequence (answer to an ACK) |
 * | RST without ACK | sequence (answer to an ACK) | the same |
 * | echo reply, mask reply | identifier and sequence number | the same |
 * | timestamp reply | originate time | identifier and sequence number |
 * | error quoting TCP | quoted sequence (SYN and ACK carry the token there) | the same |
 * | error quoting UDP | quoted IP id and checksum | the same |
 * | error quoting an ICMP query | quoted identifier and sequence number | the same |
 */
import { type Micros, micros } from "units";

/** What came back. */
export const ReplyKind = {
  /** SYN and ACK. */
  SYN_ACK: 0,
  /** RST, with or without ACK. */
  RST: 1,
  /** ACK alone: a stack that still holds the half-open connection of an earlier try. */
  BARE_ACK: 2,
  ECHO_REPLY: 3,
  TIMESTAMP_REPLY: 4,
  MASK_REPLY: 5,
  /** ICMP destination unreachable; `code` says which, `quotedKind` what it is about. */
  UNREACHABLE: 6,
  /** ICMP source quench (RFC 792; deprecated by RFC 6633). */
  SOURCE_QUENCH: 7,
  /** ICMP time exceeded. */
  TIME_EXCEEDED: 8,
} as const;
/** What came back. */
export type ReplyKind = (typeof ReplyKind)[keyof typeof ReplyKind];

/** A received packet as the engine sees it. All numbers are unsigned. */
export class Reply {
  /** What came back. */
  kind: ReplyKind = ReplyKind.SYN_ACK;
  /** Index of the target that the answer is about (for ICMP errors: the quoted destination). */
  target = 0;
  /** The target's port (ICMP errors: the quoted destination port); 0 for ICMP queries. */
  port = 0;
  /** Our port (ICMP errors: the quoted source port); 0 for ICMP queries. */
  localPort = 0;
  /** The 32 bits that the answer echoes; see above. */
  token = 0;
  /** The second place where a token may stand, or equal to `token`; see above. */
  altToken = 0;
  /** For ICMP errors: the kind of transmission that is quoted; otherwise not meaningful. */
  quotedKind = 0;
  /** ICMP code. */
  code = 0;
  /** True if the packet came from the target itself; false if a router or a stranger speaks. */
  fromTarget = true;
  /** Hops left on arrival. */
  ttl = 0;
  /** Type of service byte; its low two bits are ECN. */
  tos = 0;
  /** TCP window. */
  window = 0;
  /** Bytes of TCP options. */
  optionBytes = 0;
  /** When the kernel saw it. */
  time: Micros = micros(0);
}
