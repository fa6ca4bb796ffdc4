/**
 * Reads targets as people type them: addresses, blocks (`192.0.2.0/28`), nmap's octet ranges
 * (`192.0.2.1-20`, `198.51.100,101.*`) and names. Names are resolved by whoever calls, since that
 * takes
 * the network; IPv4 only.
 */
import { formatAddress, ipv4FromNumber } from "wire/address.ts";
import { LinkError } from "./link.ts";
import type { TargetSpec } from "./options.ts";

/** Most addresses of one scan: a /16. Each is held in memory. */
const MAX_TARGETS = 65_536;

/** One octet or a range of them; a leading zero could mean octal, so it is refused. */
const OCTET_PATTERN = /^(?:(0|[1-9]\d*)|(0|[1-9]\d*)?-(0|[1-9]\d*)?)$/;

/** What one word of the command line stands for. */
export type ParsedTarget =
  | { readonly kind: "addresses"; readonly addresses: readonly Uint8Array[] }
  | { readonly kind: "name"; readonly name: string };

/** Values that one octet may take: `[first, last]` pairs, both included. */
type OctetRanges = [number, number][];

/**
 * Reads one target.
 *
 * @throws {SyntaxError} If it is neither an address nor a name.
 * @throws {RangeError} If it is an address that does not exist, or stands for too many.
 */
export function parseTarget(text: string): ParsedTarget {
  if (text.trim() === "") throw new SyntaxError(`Cannot use "${text}" as a target: it is empty`);
  if (text.includes("://")) {
    throw new SyntaxError(`Cannot use "${text}" as a target: give the name without the URL`);
  }
  if (/^[0-9A-Fa-f.:[\]]*:[0-9A-Fa-f.:[\]]*:/.test(text)) {
    throw new RangeError(`Cannot use "${text}" as a target: IPv6 is unsupported`);
  }
  if (/^[\d.,*/-]+$/.test(text)) return { kind: "addresses", addresses: parseAddresses(text) };
  if (!/^[\p{L}\p{N}_]([\p{L}\p{N}_.-]*[\p{L}\p{N}_.])?$/u.test(text) || text.length > 253) {
    throw new SyntaxError(
      `Cannot use "${text}" as a target: it is neither an IPv4 address nor a name`,
    );
  }
  return { kind: "name", name: text };
}

/**
 * Turns words into addresses, each once, in the order given; of a name's addresses the first.
 *
 * @throws {RangeError | SyntaxError} If a word cannot be read.
 * @throws {LinkError} If a name has no IPv4 address.
 */
export async function resolveTargets(
  words: readonly string[],
  resolve: (name: string) => Promise<Uint8Array[]>,
): Promise<TargetSpec[]> {
  const parsed = words.map(parseTarget);
  const found = await Promise.all(parsed.map(async (target): Promise<TargetSpec[]> => {
    if (target.kind === "addresses") return target.addresses.map(plainSpec);
    const address = await firstAddress(target.name, resolve);
    return [{ ...plainSpec(address), name: target.name }];
  }));
  const byAddress = new Map<string, TargetSpec>();
  for (const spec of found.flat()) {
    if (!byAddress.has(spec.ip)) byAddress.set(spec.ip, spec);
  }
  if (byAddress.size > MAX_TARGETS) throw tooMany(`${words[0]} …`);
  return [...byAddress.values()];
}

function plainSpec(address: Uint8Array): TargetSpec {
  return { address, ip: formatAddress(address) };
}

async function firstAddress(
  name: string,
  resolve: (name: string) => Promise<Uint8Array[]>,
): Promise<Uint8Array> {
  let addresses: Uint8Array[];
  try {
    addresses = await resolve(name);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new LinkError("address", `Cannot find "${name}": the name does not resolve (${why})`);
  }
  const address = addresses.find(({ length }) => length === 4);
  if (address === undefined) {
    throw new LinkError("address", `Cannot scan "${name}": the name has no IPv4 address`);
  }
  return address;
}

function parseAddresses(text: string): Uint8Array[] {
  const [, base = "", prefix] = /^([^/]*)(?:\/(\d+))?$/.exec(text) ?? [];
  const octets = base.split(".");
  if (octets.length !== 4) {
    throw new SyntaxError(
      `Cannot use "${text}" as a target: an IPv4 address has four parts, as in 192.0.2.1`,
    );
  }
  const ranges = octets.map((octet) => parseOctet(octet, text));
  const bits = prefix === undefined ? 32 : Number(prefix);
  if (bits > 32) {
    throw new RangeError(`Cannot use "${text}" as a target: a prefix has 0 to 32 bits`);
  }
  return expand(ranges, { bits, text });
}

function parseOctet(octet: string, text: string): OctetRanges {
  return octet.split(",").map((part): [number, number] => {
    if (part === "*") return [0, 255];
    if (!OCTET_PATTERN.test(part)) {
      throw new SyntaxError(
        `Cannot use "${text}" as a target: "${part}" is not a part of an IPv4 address`,
      );
    }
    const [low = "", high = low] = part.split("-");
    const first = Number(low);
    const last = high === "" ? 255 : Number(high);
    for (const value of [first, last]) {
      if (value > 255) {
        throw new RangeError(
          `Cannot use "${text}" as a target: parts of an IPv4 address are 0 to 255, not ${value}`,
        );
      }
    }
    if (first > last) {
      throw new RangeError(`Cannot use "${text}" as a target: the range "${part}" is empty`);
    }
    return [first, last];
  });
}

/** All addresses of an octet pattern whose low bits, behind the prefix, are free. */
function expand(
  ranges: OctetRanges[],
  { bits, text }: { bits: number; text: string },
): Uint8Array[] {
  const size = ranges.map((parts) => parts.reduce((sum, [a, b]) => sum + b - a + 1, 0))
    .reduce((product, count) => product * count, 1);
  if (size * 2 ** (32 - bits) > MAX_TARGETS) throw tooMany(text);
  let addresses = [0];
  for (const parts of ranges) {
    addresses = addresses.flatMap((high) =>
      parts.flatMap(([first, last]) =>
        Array.from({ length: last - first + 1 }, (_, index) => high * 256 + first + index)
      )
    );
  }
  const blockSize = 2 ** (32 - bits);
  return addresses.flatMap((address) => {
    const base = address - address % blockSize;
    return Array.from({ length: blockSize }, (_, index) => ipv4FromNumber(base + index));
  });
}

function tooMany(text: string): RangeError {
  return new RangeError(
    `Cannot use "${text}" as a target: it stands for more than ${MAX_TARGETS} addresses; ` +
      "scan it in parts",
  );
}
