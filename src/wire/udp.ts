/**
 * UDP header (RFC 768): views over caller-owned buffers, `at` is where the header starts. Getters
 * do
 * not check bounds: the caller has seen that {@linkcode UDP_LENGTH} bytes are there.
 */
import { finish, isSumRight, pseudoSum, sumWords } from "./checksum.ts";
import { Protocol } from "./ipv4.ts";

/** Bytes of the header. */
export const UDP_LENGTH = 8;

const LENGTH = 4;
const CHECKSUM = 6;

/** Source port. */
export function udpSourcePort(view: DataView, at: number): number {
  return view.getUint16(at);
}

/** Destination port. */
export function udpDestinationPort(view: DataView, at: number): number {
  return view.getUint16(at + 2);
}

/** Bytes of the datagram, header included. */
export function udpDatagramLength(view: DataView, at: number): number {
  return view.getUint16(at + LENGTH);
}

/** Checksum as it stands there; 0 means that the sender made none. */
export function udpChecksum(view: DataView, at: number): number {
  return view.getUint16(at + CHECKSUM);
}

/** Fields of a header to write; reuse one record. */
export interface UdpFields {
  sourcePort: number;
  destinationPort: number;
  /** Bytes of the datagram, header included. */
  length: number;
}

/**
 * Writes the header of a datagram; its data must be there already, and the IP header at `ip` for
 * the checksum.
 */
export function writeUdp(view: DataView, at: number, fields: UdpFields, ip: number): void {
  view.setUint16(at, fields.sourcePort);
  view.setUint16(at + 2, fields.destinationPort);
  view.setUint16(at + LENGTH, fields.length);
  view.setUint16(at + CHECKSUM, 0);
  const sum = pseudoSum(view, ip, Protocol.UDP, fields.length) +
    sumWords(view, at, fields.length);
  // RFC 768: a checksum that comes out as 0 is sent as all ones, for 0 means "none".
  view.setUint16(at + CHECKSUM, finish(sum) || 0xffff);
}

/** True if the checksum is right or none was made. All bytes of the datagram must be there. */
export function isUdpIntact(view: DataView, at: number, length: number, ip: number): boolean {
  if (udpChecksum(view, at) === 0) return true;
  return isSumRight(pseudoSum(view, ip, Protocol.UDP, length) + sumWords(view, at, length));
}
