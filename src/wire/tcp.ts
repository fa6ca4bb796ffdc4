/**
 * TCP header (RFC 9293): views over caller-owned buffers, `at` is where the header starts. Options
 * beyond the segment size are in `tcp_options.ts`, arithmetic of sequence numbers in `seq.ts`.
 *
 * Getters do not check bounds: look at {@linkcode checkTcp} first.
 */
import { finish, isSumRight, pseudoSum, sumWords } from "./checksum.ts";
import { HeaderCheck, Protocol } from "./ipv4.ts";

/** Bytes of a header without options. */
export const TCP_LENGTH = 20;

/** Flags. */
export const TcpFlag = {
  FIN: 0x01,
  SYN: 0x02,
  RST: 0x04,
  PSH: 0x08,
  ACK: 0x10,
  URG: 0x20,
  /** ECN echo (RFC 3168). */
  ECE: 0x40,
  /** Congestion window reduced (RFC 3168). */
  CWR: 0x80,
} as const;

const SOURCE_PORT = 0;
const DESTINATION_PORT = 2;
const SEQUENCE = 4;
const ACKNOWLEDGMENT = 8;
const OFFSET = 12;
const FLAGS = 13;
const WINDOW = 14;
const CHECKSUM = 16;

/** Kind and length of the maximum segment size option. */
const MSS_OPTION = 0x0204;

/** Bytes of the MSS option. */
export const MSS_OPTION_LENGTH = 4;

/**
 * Checks that a header can be read, options included.
 *
 * @param length Bytes of the segment that are there from `at` on.
 */
export function checkTcp(view: DataView, at: number, length: number): HeaderCheck {
  if (length < TCP_LENGTH) return HeaderCheck.TRUNCATED;
  const header = tcpHeaderLength(view, at);
  if (header < TCP_LENGTH) return HeaderCheck.BAD;
  return header > length ? HeaderCheck.TRUNCATED : HeaderCheck.OK;
}

/** Source port. */
export function tcpSourcePort(view: DataView, at: number): number {
  return view.getUint16(at + SOURCE_PORT);
}

/** Destination port. */
export function tcpDestinationPort(view: DataView, at: number): number {
  return view.getUint16(at + DESTINATION_PORT);
}

/** Sequence number, unsigned. */
export function tcpSequence(view: DataView, at: number): number {
  return view.getUint32(at + SEQUENCE);
}

/** Acknowledgment number, unsigned. */
export function tcpAcknowledgment(view: DataView, at: number): number {
  return view.getUint32(at + ACKNOWLEDGMENT);
}

/** Bytes of the header, options included. */
export function tcpHeaderLength(view: DataView, at: number): number {
  return (view.getUint8(at + OFFSET) >>> 4) << 2;
}

/** Flags, see {@linkcode TcpFlag}. */
export function tcpFlags(view: DataView, at: number): number {
  return view.getUint8(at + FLAGS);
}

/** Window as it stands there, not scaled. */
export function tcpWindow(view: DataView, at: number): number {
  return view.getUint16(at + WINDOW);
}

/** Fields of a segment to write; reuse one record. */
export interface TcpFields {
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  acknowledgment: number;
  flags: number;
  window: number;
  /** Maximum segment size to state in an option; 0: no option. */
  mss: number;
  /** Bytes of zeros behind the header. */
  padding: number;
}

/** Bytes of the segment that {@linkcode writeTcp} will write. */
export function tcpSegmentLength(fields: TcpFields): number {
  return TCP_LENGTH + (fields.mss > 0 ? MSS_OPTION_LENGTH : 0) + fields.padding;
}

/** Writes a segment at `at`; the IP header at `ip` must be there for the checksum. */
export function writeTcp(view: DataView, at: number, fields: TcpFields, ip: number): void {
  const header = TCP_LENGTH + (fields.mss > 0 ? MSS_OPTION_LENGTH : 0);
  view.setUint16(at + SOURCE_PORT, fields.sourcePort);
  view.setUint16(at + DESTINATION_PORT, fields.destinationPort);
  view.setUint32(at + SEQUENCE, fields.sequence);
  view.setUint32(at + ACKNOWLEDGMENT, fields.acknowledgment);
  view.setUint16(at + OFFSET, (header << 10) | fields.flags);
  view.setUint16(at + WINDOW, fields.window);
  view.setUint32(at + CHECKSUM, 0); // The urgent pointer follows the checksum.
  if (fields.mss > 0) {
    view.setUint16(at + TCP_LENGTH, MSS_OPTION);
    view.setUint16(at + TCP_LENGTH + 2, fields.mss);
  }
  for (let i = header; i < header + fields.padding; i++) view.setUint8(at + i, 0);
  finishTcp(view, at, header + fields.padding, ip);
}

/** Fills the checksum in anew, after `length` bytes of segment have been written or changed. */
export function finishTcp(view: DataView, at: number, length: number, ip: number): void {
  view.setUint16(at + CHECKSUM, 0);
  const sum = pseudoSum(view, ip, Protocol.TCP, length) + sumWords(view, at, length);
  view.setUint16(at + CHECKSUM, finish(sum));
}

/** True if the checksum of the segment of `length` bytes is right. All bytes must be there. */
export function isTcpIntact(view: DataView, at: number, length: number, ip: number): boolean {
  return isSumRight(pseudoSum(view, ip, Protocol.TCP, length) + sumWords(view, at, length));
}
