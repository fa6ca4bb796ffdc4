/**
 * IPv4 and IPv6 addresses as text, bytes (network order) and, IPv4 only, 32-bit numbers. Reading is
 * strict: what `inet_aton` lets pass (octal, hexadecimal, fewer parts) is refused, because it means
 * something else than it looks like. Writing follows RFC 5952. Names and blocks are not known here.
 */

/** Bytes of an IPv4 address. */
export const IPV4_BYTES = 4;

/** Bytes of an IPv6 address. */
export const IPV6_BYTES = 16;

/** Reads `192.0.2.1` into 4 bytes; `undefined` if it is no IPv4 address. */
export function parseIpv4(text: string): Uint8Array<ArrayBuffer> | undefined {
  const parts = text.split(".");
  if (parts.length !== IPV4_BYTES) return undefined;
  const bytes = new Uint8Array(IPV4_BYTES);
  for (let i = 0; i < IPV4_BYTES; i++) {
    const part = parts[i]!;
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    bytes[i] = Number(part);
  }
  return bytes;
}

/** Reads an IPv6 address into 16 bytes; `undefined` if it is none. */
export function parseIpv6(text: string): Uint8Array<ArrayBuffer> | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = readGroups(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? readGroups(halves[1]!, true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  const view = new DataView(new ArrayBuffer(IPV6_BYTES));
  groups.forEach((group, i) => view.setUint16(2 * i, group));
  return new Uint8Array(view.buffer);
}

/** Groups of one side of `::`; only the end of the address may be written as IPv4. */
function readGroups(text: string, isEnd: boolean): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [i, part] of parts.entries()) {
    const v4 = isEnd && i === parts.length - 1 ? parseIpv4(part) : undefined;
    if (v4 !== undefined) {
      groups.push((v4[0]! << 8) | v4[1]!, (v4[2]! << 8) | v4[3]!);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}

/** Reads an address of either family; `undefined` if it is none. */
export function parseAddress(text: string): Uint8Array<ArrayBuffer> | undefined {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

/**
 * Prints an address (RFC 5952).
 *
 * @throws {RangeError} If it has neither 4 nor 16 bytes.
 */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === IPV4_BYTES) return bytes.join(".");
  if (bytes.length !== IPV6_BYTES) {
    throw new RangeError(`Cannot print an address of ${bytes.length} bytes: IPv4 has 4, IPv6 16`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, IPV6_BYTES);
  const groups = Array.from({ length: 8 }, (_, i) => view.getUint16(2 * i));
  const zeros = longestZeros(groups);
  // RFC 5952 §5: an IPv4-mapped address shows the IPv4 address that it stands for.
  const isMapped = zeros.start === 0 && zeros.length === 5 && groups[5] === 0xffff;
  if (isMapped) return `::ffff:${bytes.subarray(12).join(".")}`;
  const hex = (part: number[]) => part.map((group) => group.toString(16)).join(":");
  if (zeros.length < 2) return hex(groups);
  return `${hex(groups.slice(0, zeros.start))}::${hex(groups.slice(zeros.start + zeros.length))}`;
}

/** The longest run of zero groups, the first of equally long ones (RFC 5952 §4.2.3). */
function longestZeros(groups: number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (start + length < groups.length && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}

/** Prints an IPv4 address given as a number, signed or unsigned. */
export function formatIpv4(value: number): string {
  return ipv4FromNumber(value).join(".");
}

/** An IPv4 address as an unsigned 32-bit number. */
export function ipv4ToNumber(bytes: Uint8Array): number {
  return ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0;
}

/** The bytes of an IPv4 address given as a number. */
export function ipv4FromNumber(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}
