/** IPv4 header (RFC 791): views over caller-owned buffers, `at` is where the header starts. */
import { finish, sumWords } from "./checksum.ts";

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

export function ipVersion(view: DataView, at: number): number {
  return view.getUint8(at) >>> 4;
}

/** Bytes of the header, options included. */
export function ipv4HeaderLength(view: DataView, at: number): number {
  return (view.getUint8(at) & 0x0f) << 2;
}

export function ipv4Tos(view: DataView, at: number): number {
  return view.getUint8(at + 1);
}

/** Bytes of the packet, header included. */
export function ipv4Length(view: DataView, at: number): number {
  return view.getUint16(at + LENGTH);
}

export function ipv4Id(view: DataView, at: number): number {
  return view.getUint16(at + ID);
}

/** Offset of the fragment in units of 8 bytes; 0 for whole packets and first fragments. */
export function ipv4FragmentOffset(view: DataView, at: number): number {
  return view.getUint16(at + FRAGMENT) & 0x1fff;
}

export function ipv4Ttl(view: DataView, at: number): number {
  return view.getUint8(at + TTL);
}

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
  view.setUint16(at + CHECKSUM, 0);
  view.setUint32(at + SOURCE, fields.source);
  view.setUint32(at + DESTINATION, fields.destination);
  view.setUint16(at + CHECKSUM, finish(sumWords(view, at, IPV4_LENGTH)));
}
