/**
 * Tags: 32 bits that a transmission carries and its answer echoes, so that every answer says by
 * itself which transmission it answers, and a stranger cannot forge one. A tag is
 * `H(key, kind, 4-tuple) + (number << shift)`, H being HalfSipHash-2-4 (Aumasson and Bernstein).
 *
 * The number never counts in the low bits: a stack that holds a half-open connection treats a SYN
 * inside its window (64 KiB) differently from one outside.
 */
import { Kind } from "./kind.ts";

/** Low bits that are pure hash in a probe's tag; the 4 above them hold the try. */
export const PROBE_SHIFT = 28;

/** Low bits that are pure hash in a TCP or UDP trigger's tag; the 8 above count per 4-tuple. */
export const TRIGGER_SHIFT = 24;

/** Low bits that are pure hash in an ICMP query's tag: it has no ports to count with. */
export const ICMP_SHIFT = 20;

/** What {@linkcode Tagger.numberOf} returns for a tag that we did not make. */
export const FORGED = -1;

/** Keeps the hashes of triggers apart from those of probes where both use one port (`-g`). */
const TRIGGER_DOMAIN = 0x80;

/** The kind to hash a trigger's tag with. */
export function triggerDomain(kind: Kind): number {
  return kind | TRIGGER_DOMAIN;
}

/** The number in the tag of a block search's questions: the last one, which no try reaches. */
export const SEARCH_NUMBER = 15;

/** Makes and checks tags under one secret key. */
export class Tagger {
  readonly #key0: number;
  readonly #key1: number;

  /** @param key 64 secret random bits, as two integers. */
  constructor(key: readonly [number, number]) {
    this.#key0 = key[0] | 0;
    this.#key1 = key[1] | 0;
  }

  /** The tag that carries `number` above `shift` bits of hash. */
  make(hash: number, number: number, shift: number): number {
    return (hash + (number << shift)) >>> 0;
  }

  /**
   * Reads the number back out of an echoed tag.
   *
   * Some stacks acknowledge the sequence number itself, not the one after it: then the low bits
   * are all ones and the number is one less than it seems.
   *
   * @returns The number, or {@linkcode FORGED}.
   */
  numberOf(token: number, hash: number, shift: number): number {
    const mask = (1 << shift) - 1;
    const difference = (token - hash) | 0;
    const low = difference & mask;
    if (low === 0) return difference >>> shift;
    if (low === mask) return ((difference + 1) | 0) >>> shift;
    return FORGED;
  }

  /** HalfSipHash-2-4 over (kind, target, ports), 32 bits. */
  hash(kind: number, target: number, ports: number): number {
    let v0 = this.#key0;
    let v1 = this.#key1;
    let v2 = 0x6c796765 ^ this.#key0;
    let v3 = 0x74656462 ^ this.#key1;
    // Three words: target, ports, and last the length (8 bytes, RFC-style padding) with the kind.
    for (let word = 0; word < 3; word++) {
      const message = word === 0 ? target : word === 1 ? ports : 0x08000000 | kind;
      v3 ^= message;
      for (let round = 0; round < 2; round++) {
        v0 = (v0 + v1) | 0;
        v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
        v0 = (v0 << 16) | (v0 >>> 16);
        v2 = (v2 + v3) | 0;
        v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
        v0 = (v0 + v3) | 0;
        v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
        v2 = (v2 + v1) | 0;
        v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
        v2 = (v2 << 16) | (v2 >>> 16);
      }
      v0 ^= message;
    }
    v2 ^= 0xff;
    for (let round = 0; round < 4; round++) {
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
    }
    const hash = v1 ^ v3;
    // A UDP tag travels as IP id and checksum, and a checksum of 0 or 0xffff is ambiguous.
    if ((kind === Kind.UDP || kind === triggerDomain(Kind.UDP)) && ((hash + 1) & 0xffff) <= 1) {
      return hash ^ 2;
    }
    return hash;
  }
}
