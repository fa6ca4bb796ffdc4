/** ICMP (RFC 792, RFC 950): queries, their answers, and errors that quote a packet. */
import { finish, sumWords } from "./checksum.ts";

/** Types. */
export const IcmpType = {
  ECHO_REPLY: 0,
  UNREACHABLE: 3,
  SOURCE_QUENCH: 4,
  ECHO: 8,
  TIME_EXCEEDED: 11,
  TIMESTAMP: 13,
  TIMESTAMP_REPLY: 14,
  MASK: 17,
  MASK_REPLY: 18,
} as const;

/** Bytes of the header; errors quote behind it, queries have their data there. */
export const ICMP_LENGTH = 8;

/** Bytes of a timestamp message: three times behind the header. */
export const TIMESTAMP_LENGTH = 20;

/** Bytes of an address mask message. */
export const MASK_LENGTH = 12;

const CHECKSUM = 2;
const ID = 4;
const SEQUENCE = 6;

export function icmpType(view: DataView, at: number): number {
  return view.getUint8(at);
}

export function icmpCode(view: DataView, at: number): number {
  return view.getUint8(at + 1);
}

export function icmpId(view: DataView, at: number): number {
  return view.getUint16(at + ID);
}

export function icmpSequence(view: DataView, at: number): number {
  return view.getUint16(at + SEQUENCE);
}

/** Originate time of a timestamp message, or the first word of an echo's data. */
export function icmpFirstWord(view: DataView, at: number): number {
  return view.getUint32(at + ICMP_LENGTH);
}

/** Writes the header of a message; its data must be there, `length` counts both. */
export function writeIcmp(
  view: DataView,
  at: number,
  fields: { type: number; code: number; rest: number; length: number },
): void {
  view.setUint16(at, (fields.type << 8) | fields.code);
  view.setUint16(at + CHECKSUM, 0);
  view.setUint32(at + ID, fields.rest);
  view.setUint16(at + CHECKSUM, finish(sumWords(view, at, fields.length)));
}
