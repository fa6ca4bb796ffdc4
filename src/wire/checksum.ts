/**
 * The Internet checksum (RFC 1071), whole and incremental (RFC 1624), with the pseudo headers of
 * IPv4 and IPv6. Where in a packet a checksum stands is the business of the protocol's own file.
 *
 * A *sum* here is the plain sum of 16-bit words, not folded yet and below 2^32: sums can be added
 * to
 * each other, so the constant part of a packet is summed once and only the rest per packet.
 */

/**
 * Sum of the 16-bit words of `length` bytes from `at` on; an odd last byte counts as the high half
 * of a word. A whole packet, 65,535 bytes, sums to less than 2^31.
 */
export function sumWords(view: DataView, at: number, length: number): number {
  const even = at + (length & ~1);
  let sum = 0;
  for (let i = at; i < even; i += 2) sum += view.getUint16(i);
  if (length & 1) sum += view.getUint8(even) << 8;
  return sum;
}

/** Sum of the two words of a 32-bit number, signed or not. */
export function sumOfUint32(value: number): number {
  return (value >>> 16) + (value & 0xffff);
}

/** Folds a sum into 16 bits (not complemented). */
export function fold(sum: number): number {
  const once = (sum >>> 16) + (sum & 0xffff);
  return (once >>> 16) + (once & 0xffff);
}

/** The checksum field for a sum of words. */
export function finish(sum: number): number {
  return ~fold(sum) & 0xffff;
}

/** True if the bytes, a correct checksum among them, add up to what they should. */
export function isSumRight(sum: number): boolean {
  return fold(sum) === 0xffff;
}

/**
 * The checksum after one aligned 16-bit word has changed (RFC 1624, equation 3, which does not have
 * the fault at 0 of the rule in RFC 1141).
 */
export function updateChecksum(before: number, oldWord: number, newWord: number): number {
  return finish((~before & 0xffff) + (~oldWord & 0xffff) + newWord);
}

/** The checksum after two words, given as 32-bit numbers, have changed. */
export function updateChecksum32(before: number, oldValue: number, newValue: number): number {
  return finish((~before & 0xffff) + sumOfUint32(~oldValue) + sumOfUint32(newValue));
}

/** Sum of the IPv4 pseudo header: addresses of the IP header at `ip`, protocol, length. */
export function pseudoSum(view: DataView, ip: number, protocol: number, length: number): number {
  return sumWords(view, ip + 12, 8) + protocol + length;
}

/** Sum of the IPv6 pseudo header (RFC 8200 §8.1): addresses of the IP header at `ip`, and so on. */
export function pseudoSumV6(view: DataView, ip: number, protocol: number, length: number): number {
  return sumWords(view, ip + 8, 32) + protocol + sumOfUint32(length);
}
