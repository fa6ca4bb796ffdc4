/**
 * ICMP (RFC 792, RFC 950): queries, their answers, and errors that quote the packet they are about,
 * its IP header and at least 8 bytes behind it. Views over caller-owned buffers, `at` is where the
 * message starts. Getters do not check bounds: the caller has seen that the bytes are there.
 */
import { finish, isSumRight, sumWords } from "./checksum.ts";

/** Types. */
export const IcmpType = {
  ECHO_REPLY: 0,
  UNREACHABLE: 3,
  /** Deprecated (RFC 6633), still sent by old stacks. */
  SOURCE_QUENCH: 4,
  REDIRECT: 5,
  ECHO: 8,
  TIME_EXCEEDED: 11,
  PARAMETER_PROBLEM: 12,
  TIMESTAMP: 13,
  TIMESTAMP_REPLY: 14,
  MASK: 17,
  MASK_REPLY: 18,
} as const;

/** Codes of destination unreachable (RFC 792, RFC 1812 §5.2.7.1). */
export const UnreachableCode = {
  NET: 0,
  HOST: 1,
  PROTOCOL: 2,
  PORT: 3,
  FRAGMENTATION_NEEDED: 4,
  SOURCE_ROUTE_FAILED: 5,
  NET_PROHIBITED: 9,
  HOST_PROHIBITED: 10,
  ADMIN_PROHIBITED: 13,
} as const;

/** Bytes of the header; errors quote behind it, queries have their data there. */
export const ICMP_LENGTH = 8;

/** Bytes of a timestamp message: three times behind the header. */
export const TIMESTAMP_LENGTH = 20;

/** Bytes of an address mask message. */
export const MASK_LENGTH = 12;

/** Bytes behind the quoted IP header that every error carries (RFC 792). */
export const QUOTE_LENGTH = 8;

const CHECKSUM = 2;
const ID = 4;
const SEQUENCE = 6;

/** Type of the message, see {@linkcode IcmpType}. */
export function icmpType(view: DataView, at: number): number {
  return view.getUint8(at);
}

/** Code within the type. */
export function icmpCode(view: DataView, at: number): number {
  return view.getUint8(at + 1);
}

/** Checksum as it stands there. */
export function icmpChecksum(view: DataView, at: number): number {
  return view.getUint16(at + CHECKSUM);
}

/** Sets a checksum that has been computed elsewhere. */
export function setIcmpChecksum(view: DataView, at: number, checksum: number): void {
  view.setUint16(at + CHECKSUM, checksum);
}

/** Identifier of a query or an answer. */
export function icmpId(view: DataView, at: number): number {
  return view.getUint16(at + ID);
}

/** Identifier and sequence number of a query or an answer as one number, unsigned. */
export function icmpIdAndSequence(view: DataView, at: number): number {
  return view.getUint32(at + ID);
}

/** Sequence number of a query or an answer. */
export function icmpSequence(view: DataView, at: number): number {
  return view.getUint16(at + SEQUENCE);
}

/** Originate time of a timestamp message, or the first word of an echo's data. */
export function icmpFirstWord(view: DataView, at: number): number {
  return view.getUint32(at + ICMP_LENGTH);
}

/** Fields of a message to write; reuse one record. */
export interface IcmpFields {
  type: number;
  code: number;
  /** The word behind the checksum: identifier and sequence number; 0 or an MTU in errors. */
  rest: number;
  /** Bytes of the message, header included. */
  length: number;
}

/** Writes the header of a message; its data must be there, `length` counts both. */
export function writeIcmp(view: DataView, at: number, fields: IcmpFields): void {
  view.setUint16(at, (fields.type << 8) | fields.code);
  view.setUint32(at + ID, fields.rest);
  finishIcmp(view, at, fields.length);
}

/** Fills the checksum in anew, after `length` bytes of message have been written or changed. */
export function finishIcmp(view: DataView, at: number, length: number): void {
  view.setUint16(at + CHECKSUM, 0);
  view.setUint16(at + CHECKSUM, finish(sumWords(view, at, length)));
}

/** True if the checksum of the message of `length` bytes is right. All bytes must be there. */
export function isIcmpIntact(view: DataView, at: number, length: number): boolean {
  return isSumRight(sumWords(view, at, length));
}

/** True for the messages that quote a packet. */
export function isIcmpError(type: number): boolean {
  return type === IcmpType.UNREACHABLE || type === IcmpType.TIME_EXCEEDED ||
    type === IcmpType.SOURCE_QUENCH || type === IcmpType.REDIRECT ||
    type === IcmpType.PARAMETER_PROBLEM;
}
