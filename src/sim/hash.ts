/** Hashes for what is decided per address or port and must need no memory. Not for secrets. */

/** 32 bits that depend on all bits of three numbers (murmur3's finalizer between them). */
export function hash3(a: number, b: number, c: number): number {
  return mix(mix(mix(a ^ 0x9e3779b9) ^ b) ^ c) >>> 0;
}

/** {@linkcode hash3} as a number from 0 (included) to 1 (excluded). */
export function unitHash(a: number, b: number, c: number): number {
  return hash3(a, b, c) / 0x1_0000_0000;
}

function mix(value: number): number {
  let z = value;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return z ^ (z >>> 16);
}
