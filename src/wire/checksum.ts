/** The Internet checksum (RFC 1071) and its incremental update (RFC 1624). */

/** Adds up 16-bit words; an odd last byte counts as the high half of a word. Not folded. */
export function sumWords(view: DataView, at: number, length: number): number {
  let sum = 0;
  const even = at + (length & ~1);
  for (let i = at; i < even; i += 2) sum += view.getUint16(i);
  if (length & 1) sum += view.getUint8(even) << 8;
  return sum;
}

/** Folds a sum of 16-bit words into 16 bits (not complemented). */
export function fold(sum: number): number {
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
  return sum;
}

/** The checksum field for a sum of words. */
export function finish(sum: number): number {
  return ~fold(sum) & 0xffff;
}

/** Sum of the IPv4 pseudo header: addresses of the IP header at `ip`, protocol, length. */
export function pseudoSum(view: DataView, ip: number, protocol: number, length: number): number {
  return sumWords(view, ip + 12, 8) + protocol + length;
}
