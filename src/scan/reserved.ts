/**
 * IPv4 blocks in which no single machine can be a target (IANA's registry of special-purpose
 * addresses, RFC 6890, and of multicast, RFC 5771). Private and documentation networks are not
 * among them: they have machines, in laboratories at least.
 */
import { ipv4ToNumber } from "wire/address.ts";
import type { AddressRange } from "./ipv4_ranges.ts";

/** A block that is refused, and what it is. */
export interface ReservedBlock {
  readonly range: AddressRange;
  readonly name: string;
}

/** See the file's comment. */
export const RESERVED_BLOCKS: readonly ReservedBlock[] = [
  block([0, 0, 0, 0], 8, '"this network" (0.0.0.0/8)'),
  block([224, 0, 0, 0], 4, "multicast (224.0.0.0/4)"),
  block([240, 0, 0, 0], 4, "reserved or broadcast (240.0.0.0/4)"),
];

function block(octets: number[], bits: number, name: string): ReservedBlock {
  const first = ipv4ToNumber(Uint8Array.from(octets));
  return { range: { first, last: first + 2 ** (32 - bits) - 1 }, name };
}
