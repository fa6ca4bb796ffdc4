/**
 * IPv4 header (RFC 791): views over caller-owned buffers, `at` is where the header starts.
 * Addresses
 * are unsigned 32-bit numbers here; `address.ts` turns them into text.
 *
 * Getters do not check bounds: look at {@linkcode checkIpv4} first.
 */
import { finish, isSumRight, sumWords, updateChecksum } from "./checksum.ts";

/** Bytes of a header without options. */
export const IPV4_LENGTH = 20;

/** Protocol numbers. */
export const Protocol = { ICMP: 1, TCP: 6, UDP: 17 } as const;

const LENGTH = 2;
const ID = 4;
const FRAGMENT = 6;
const TTL = 8;
const PROTOCOL = 9;
const CHECKSUM = 10;
const SOURCE = 12;
const DESTINATION = 16;

/** "Don't fragment", in the fragment field. */
export const DONT_FRAGMENT = 0x4000;

/** "More fragments", in the fragment field. */
const MORE_FRAGMENTS = 0x2000;

/** What looking at a header found. */
export const HeaderCheck = {
  OK: 0,
  /** Fewer bytes are there than the header has. */
  TRUNCATED: 1,
  /** Another version, or lengths that contradict each other. */
  BAD: 2,
} as const;
/** Result of a header check. */
export type HeaderCheck = (typeof HeaderCheck)[keyof typeof HeaderCheck];

/**
 * Checks that a header can be read: version, lengths, and that all its bytes are there. The packet
 * may be longer than `length` (a cut capture, a quote) or shorter (Ethernet pads frames).
 *
 * @param length Bytes that are there from `at` on.
 */
export function checkIpv4(view: DataView, at: number, length: number): HeaderCheck {
  if (length < IPV4_LENGTH) return HeaderCheck.TRUNCATED;
  const header = ipv4HeaderLength(view, at);
  if (ipVersion(view, at) !== 4 || header < IPV4_LENGTH) return HeaderCheck.BAD;
  if (ipv4Length(view, at) < header) return HeaderCheck.BAD;
  return header > length ? HeaderCheck.TRUNCATED : HeaderCheck.OK;
}

/** Version of the protocol: 4, or 6 for the other one. */
export function ipVersion(view: DataView, at: number): number {
  return view.getUint8(at) >>> 4;
}

/** Bytes of the header, options included. */
export function ipv4HeaderLength(view: DataView, at: number): number {
  return (view.getUint8(at) & 0x0f) << 2;
}

/** Type of service byte: DSCP, and ECN in the low two bits. */
export function ipv4Tos(view: DataView, at: number): number {
  return view.getUint8(at + 1);
}

/** Bytes of the packet, header included. */
export function ipv4Length(view: DataView, at: number): number {
  return view.getUint16(at + LENGTH);
}

/** Identification. */
export function ipv4Id(view: DataView, at: number): number {
  return view.getUint16(at + ID);
}

/** Offset of the fragment in units of 8 bytes; 0 for whole packets and first fragments. */
export function ipv4FragmentOffset(view: DataView, at: number): number {
  return view.getUint16(at + FRAGMENT) & 0x1fff;
}

/** True if more fragments follow, so that the packet's end is missing. */
export function ipv4HasMoreFragments(view: DataView, at: number): boolean {
  return (view.getUint16(at + FRAGMENT) & MORE_FRAGMENTS) !== 0;
}

/** Hops left. */
export function ipv4Ttl(view: DataView, at: number): number {
  return view.getUint8(at + TTL);
}

/** Protocol number of what is inside. */
export function ipv4Protocol(view: DataView, at: number): number {
  return view.getUint8(at + PROTOCOL);
}

/** Source address as a number. */
export function ipv4Source(view: DataView, at: number): number {
  return view.getUint32(at + SOURCE);
}

/** Destination address as a number. */
export function ipv4Destination(view: DataView, at: number): number {
  return view.getUint32(at + DESTINATION);
}

/** Fields of a header to write; reuse one record. */
export interface Ipv4Fields {
  /** Bytes of the packet, header included. */
  length: number;
  id: number;
  ttl: number;
  tos: number;
  protocol: number;
  source: number;
  destination: number;
}

/** Writes a header without options, "don't fragment" set, checksum filled in. */
export function writeIpv4(view: DataView, at: number, fields: Ipv4Fields): void {
  view.setUint16(at, 0x4500 | fields.tos);
  view.setUint16(at + LENGTH, fields.length);
  view.setUint16(at + ID, fields.id);
  view.setUint16(at + FRAGMENT, DONT_FRAGMENT);
  view.setUint8(at + TTL, fields.ttl);
  view.setUint8(at + PROTOCOL, fields.protocol);
  view.setUint32(at + SOURCE, fields.source);
  view.setUint32(at + DESTINATION, fields.destination);
  finishIpv4(view, at);
}

/** Fills the header checksum in anew, after a field has been changed. */
export function finishIpv4(view: DataView, at: number): void {
  view.setUint16(at + CHECKSUM, 0);
  view.setUint16(at + CHECKSUM, finish(sumWords(view, at, ipv4HeaderLength(view, at))));
}

/** True if the header checksum is right. All bytes of the header must be there. */
export function isIpv4Intact(view: DataView, at: number): boolean {
  return isSumRight(sumWords(view, at, ipv4HeaderLength(view, at)));
}

/** Fewer hops left, as a router does it: a checksum that was wrong before stays wrong. */
export function setIpv4Ttl(view: DataView, at: number, ttl: number): void {
  patchWord(view, at, { offset: TTL, word: (ttl << 8) | ipv4Protocol(view, at) });
}

/** Another type of service byte, e.g. a congestion mark; a wrong checksum stays wrong. */
export function setIpv4Tos(view: DataView, at: number, tos: number): void {
  patchWord(view, at, { offset: 0, word: (view.getUint8(at) << 8) | tos });
}

/** Another source address, with the checksum that belongs to it. */
export function setIpv4Source(view: DataView, at: number, address: number): void {
  view.setUint32(at + SOURCE, address);
  finishIpv4(view, at);
}

/** Changes a word and the checksum with it (RFC 1624). */
function patchWord(view: DataView, at: number, patch: { offset: number; word: number }): void {
  const { offset, word } = patch;
  const checksum = view.getUint16(at + CHECKSUM);
  view.setUint16(at + CHECKSUM, updateChecksum(checksum, view.getUint16(at + offset), word));
  view.setUint16(at + offset, word);
}
