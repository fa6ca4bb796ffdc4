/**
 * Reads targets as people type them: addresses, blocks (`192.0.2.0/28`), ranges
 * (`192.0.2.1-192.0.2.9`), nmap's octet ranges (`192.0.2.1-20`, `198.51.100,101.*`), IPv6
 * (`2001:db8::1`, `[2001:db8::1]`), names, each with ports of its own if wanted (`192.0.2.1:80`).
 * Names are resolved by whoever calls, since that takes the network.
 */
import { formatAddress, ipv4ToNumber, parseIpv4, parseIpv6 } from "wire/address.ts";
import type { AddressRange } from "./ipv4_ranges.ts";
import { parsePorts } from "./ports.ts";

/** Ranges that one word may stand for: `*.*.1.1` is 65,536 of them, 16 bytes each. */
const MAX_RANGES = 65_536;

/** IPv6 addresses that one word may stand for: each is held in memory. */
const MAX_IPV6 = 65_536;

/** One octet or a range of them; a leading zero could mean octal, so it is refused. */
const OCTET_PATTERN = /^(?:(0|[1-9]\d*)|(0|[1-9]\d*)?-(0|[1-9]\d*)?)$/;

/** What one word stands for. */
export type ParsedTarget =
  & { readonly ports?: Uint16Array }
  & (
    | { readonly kind: "ranges"; readonly ranges: readonly AddressRange[] }
    | { readonly kind: "ipv6"; readonly addresses: readonly Uint8Array[] }
    | { readonly kind: "name"; readonly name: string }
  );

/**
 * Reads one target.
 *
 * @throws {SyntaxError} If it is neither an address nor a name.
 * @throws {RangeError} If it is an address that does not exist, or stands for too many.
 */
export function parseTarget(text: string): ParsedTarget {
  if (text.trim() === "") throw wrong(text, "it is empty");
  if (text.includes("://")) throw wrong(text, "give the name without the URL");
  const { address, ports } = splitPorts(text);
  const own = ports === undefined ? {} : { ports: parsePorts(ports) };
  if (address.includes(":")) return { kind: "ipv6", addresses: parseBlock6(address), ...own };
  if (/^[\d.,*/-]+$/.test(address)) {
    return { kind: "ranges", ranges: parseRanges(address), ...own };
  }
  const isName = /^[\p{L}\p{N}_]([\p{L}\p{N}_.-]*[\p{L}\p{N}_.])?$/u.test(address);
  if (!isName || address.length > 253) throw wrong(text, "it is neither an address nor a name");
  return { kind: "name", name: address, ...own };
}

/** Takes the ports off the end: `a:80`, `[v6]:80`; an IPv6 address without brackets has none. */
function splitPorts(text: string): { address: string; ports?: string } {
  const [, inner, after] = /^\[([^[\]]*)\](?::(.*))?$/.exec(text) ?? [];
  if (inner !== undefined) {
    if (parseIpv6(inner.split("/")[0]!) === undefined) throw wrong(text, "[] is for IPv6");
    return after === undefined ? { address: inner } : { address: inner, ports: after };
  }
  const parts = text.split(":");
  return parts.length === 2 ? { address: parts[0]!, ports: parts[1]! } : { address: text };
}

function parseBlock6(text: string): Uint8Array[] {
  const [, base = "", prefix] = /^([^/]*)(?:\/(\d+))?$/.exec(text) ?? [];
  const address = parseIpv6(base);
  if (address === undefined) throw wrong(text, "it is not an IPv6 address");
  const bits = prefix === undefined ? 128 : Number(prefix);
  if (bits > 128) throw out(text, "a prefix of IPv6 has 0 to 128 bits");
  const count = 2 ** (128 - bits);
  if (count > MAX_IPV6) {
    throw out(text, `it stands for more than ${MAX_IPV6} addresses; IPv6 is scanned in parts`);
  }
  return Array.from({ length: count }, (_, index) => numbered(address, { bits, index }));
}

/** The address whose bits behind the prefix are a number. */
function numbered(
  address: Uint8Array,
  { bits, index }: { bits: number; index: number },
): Uint8Array {
  const bytes = Uint8Array.from(address);
  for (let bit = 127; bit >= bits; bit--) {
    const mask = 0x80 >>> (bit & 7);
    if ((index >>> (127 - bit)) & 1) bytes[bit >>> 3]! |= mask;
    else bytes[bit >>> 3]! &= ~mask;
  }
  return bytes;
}

function parseRanges(text: string): AddressRange[] {
  const ends = text.split("-");
  const [first, last] = ends.map(parseIpv4);
  if (ends.length === 2 && first !== undefined && last !== undefined) {
    const range = { first: ipv4ToNumber(first), last: ipv4ToNumber(last) };
    if (range.first > range.last) {
      throw out(text, `the range is empty: ${formatAddress(last)} is the lower one`);
    }
    return [range];
  }
  return parseOctets(text);
}

function parseOctets(text: string): AddressRange[] {
  const [, base = "", prefix] = /^([^/]*)(?:\/(\d+))?$/.exec(text) ?? [];
  const octets = base.split(".");
  if (octets.length !== 4) {
    throw wrong(text, "an IPv4 address has four parts, as in 192.0.2.1");
  }
  const parts = octets.map((octet) => parseOctet(octet, text));
  const bits = prefix === undefined ? 32 : Number(prefix);
  if (bits > 32) throw out(text, "a prefix has 0 to 32 bits");
  const block = 2 ** (32 - bits);
  return join(parts, text).map(({ first, last }) => ({
    first: first - first % block,
    last: last - last % block + block - 1,
  }));
}

function parseOctet(octet: string, text: string): AddressRange[] {
  return octet.split(",").map((part) => {
    if (part === "*") return { first: 0, last: 255 };
    if (!OCTET_PATTERN.test(part)) {
      throw wrong(text, `"${part}" is not a part of an IPv4 address`);
    }
    const [low = "", high = low] = part.split("-");
    const range = { first: Number(low), last: high === "" ? 255 : Number(high) };
    for (const value of [range.first, range.last]) {
      if (value > 255) throw out(text, `parts of an IPv4 address are 0 to 255, not ${value}`);
    }
    if (range.first > range.last) throw out(text, `the range "${part}" is empty`);
    return range;
  });
}

/** Ranges of addresses from those of the four parts, the last part first. */
function join(parts: readonly AddressRange[][], text: string): AddressRange[] {
  let size = 1;
  let joined: AddressRange[] = [{ first: 0, last: 0 }];
  for (const part of parts.toReversed()) {
    const isWhole = joined.length === 1 && joined[0]!.first === 0 && joined[0]!.last === size - 1;
    const heads = isWhole ? part : part.flatMap(singles);
    if (heads.length * joined.length > MAX_RANGES) {
      throw out(text, `it stands for more than ${MAX_RANGES} ranges; scan it in parts`);
    }
    joined = heads.flatMap((head) =>
      joined.map(({ first, last }) => ({
        first: head.first * size + first,
        last: head.last * size + last,
      }))
    );
    size *= 256;
  }
  return joined;
}

function singles({ first, last }: AddressRange): AddressRange[] {
  return Array.from({ length: last - first + 1 }, (_, i) => ({
    first: first + i,
    last: first + i,
  }));
}

function wrong(text: string, why: string): SyntaxError {
  return new SyntaxError(`Cannot use "${text}" as a target: ${why}`);
}

function out(text: string, why: string): RangeError {
  return new RangeError(`Cannot use "${text}" as a target: ${why}`);
}
