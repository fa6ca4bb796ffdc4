/**
 * From words to the set of targets: reads them, resolves names, takes away what is excluded, and
 * refuses what no scan should ask unless the user insists.
 */
import { formatAddress } from "wire/address.ts";
import { type AddressRange, Ipv4Ranges } from "./ipv4_ranges.ts";
import { LinkError } from "./link.ts";
import type { TargetSpec } from "./target_spec.ts";
import { RESERVED_BLOCKS } from "./reserved.ts";
import { TargetSet } from "./target_set.ts";
import { type ParsedTarget, parseTarget } from "./target_syntax.ts";

/** Which of a name's addresses are taken. */
export type Family = "ipv4" | "ipv6" | "any";

/** Names that are looked up at the same time: a resolver is no flood's target. */
const LOOKUPS_AT_ONCE = 32;

/** What {@linkcode resolveTargets} is to do. */
export interface TargetRequest {
  /** Targets as they were typed. */
  readonly words: readonly string[];
  /** Addresses, blocks and names that are not to be asked. @default {[]} */
  readonly excluded?: readonly string[];
  /**
   * True: reserved blocks may be asked as well (`--allow-reserved`).
   * @default {false}
   */
  readonly allowReserved?: boolean;
  /**
   * Addresses of this machine: skipped in blocks, since asking them says nothing about the network.
   * @default {[]}
   */
  readonly ownAddresses?: readonly Uint8Array[];
  /**
   * Which of a name's addresses is taken; `any`: an IPv4 one if there is one.
   * @default {"any"}
   */
  readonly family?: Family;
  /** Addresses of a name; rejects if it has none. */
  readonly resolve: (name: string) => Promise<Uint8Array[]>;
}

/** What came of it. */
export interface ResolvedTargets {
  /** What is to be scanned. */
  readonly targets: TargetSet;
  /** What was left out without being asked to, one sentence each. */
  readonly notes: string[];
}

/** A word, and what it stands for once names are resolved. */
interface Resolved {
  readonly text: string;
  readonly specs: readonly TargetSpec[];
  readonly ranges: readonly AddressRange[];
}

/**
 * Turns words into the set of targets.
 *
 * @throws {RangeError | SyntaxError} If a word cannot be read, or stands for reserved addresses.
 * @throws {LinkError} If a name has no address, or nothing is left to scan.
 */
export async function resolveTargets(request: TargetRequest): Promise<ResolvedTargets> {
  const wanted = await resolveWords(request.words, request);
  if (!(request.allowReserved ?? false)) wanted.forEach(refuseReserved);
  const unwanted = await resolveWords(request.excluded ?? [], request);
  const asked = unite(wanted);
  const remaining = asked.without(unite(unwanted));
  const own = ownInBlocks(wanted, request);
  const targets = remaining.without(own);
  if (targets.size === 0) {
    throw new LinkError("address", "Nothing is left to scan: every target is excluded");
  }
  const notes = own.size === 0 || request.allowReserved
    ? []
    : [`${own.size} of the addresses are this machine's own and left out (--allow-reserved: ask)`];
  return { targets, notes };
}

async function resolveWords(
  words: readonly string[],
  request: TargetRequest,
): Promise<Resolved[]> {
  const parsed = words.map((text) => ({ text, target: parseTarget(text) }));
  const resolved: Resolved[] = [];
  for (let at = 0; at < parsed.length; at += LOOKUPS_AT_ONCE) {
    const some = parsed.slice(at, at + LOOKUPS_AT_ONCE);
    resolved.push(...await Promise.all(some.map((word) => resolveWord(word, request))));
  }
  return resolved;
}

async function resolveWord(
  { text, target }: { text: string; target: ParsedTarget },
  request: TargetRequest,
): Promise<Resolved> {
  const own = target.ports === undefined ? {} : { ports: target.ports };
  switch (target.kind) {
    case "ranges":
      return target.ports === undefined
        ? { text, specs: [], ranges: target.ranges }
        : { text, specs: listRanges(target.ranges, own), ranges: [] };
    case "ipv6":
      return { text, specs: target.addresses.map((it) => plainSpec(it, own)), ranges: [] };
    case "name": {
      const address = await addressOf(target.name, request);
      return { text, specs: [{ ...plainSpec(address, own), name: target.name }], ranges: [] };
    }
  }
}

/** Addresses with ports of their own, which are held one by one. */
function listRanges(
  ranges: readonly AddressRange[],
  own: { ports?: Uint16Array },
): TargetSpec[] {
  const set = TargetSet.ofRanges(ranges);
  return Array.from({ length: set.size }, (_, place) => ({ ...set.at(place), ...own }));
}

function plainSpec(address: Uint8Array, own: { ports?: Uint16Array }): TargetSpec {
  return { address, ip: formatAddress(address), ...own };
}

async function addressOf(
  name: string,
  { resolve, family = "any" }: TargetRequest,
): Promise<Uint8Array> {
  let addresses: Uint8Array[];
  try {
    addresses = await resolve(name);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new LinkError("address", `Cannot find "${name}": the name does not resolve (${why})`);
  }
  const length = family === "ipv6" ? 16 : 4;
  const address = addresses.find((it) => it.length === length) ??
    (family === "any" ? addresses[0] : undefined);
  if (address === undefined) {
    const what = family === "ipv6" ? "IPv6" : "IPv4";
    throw new LinkError("address", `Cannot scan "${name}": the name has no ${what} address`);
  }
  return address;
}

function unite(words: readonly Resolved[]): TargetSet {
  return TargetSet.ofSpecsAndRanges(
    words.flatMap(({ specs }) => [...specs]),
    words.flatMap(({ ranges }) => [...ranges]),
  );
}

/** Blocks that hold no single machine are a mistake as targets, and may hit many at once. */
function refuseReserved({ text, specs, ranges }: Resolved): void {
  const asked = TargetSet.ofSpecsAndRanges(specs, ranges).v4;
  for (const { range, name } of RESERVED_BLOCKS) {
    const hit = asked.within(Ipv4Ranges.of([range]));
    if (hit.size === 0) continue;
    throw new RangeError(
      `Cannot use "${text}" as a target: ${hit.size} of its addresses are ${name}. ` +
        "Use --exclude, or --allow-reserved to ask them all the same",
    );
  }
}

/** Own addresses that only a block brought in: one that was named alone is meant. */
function ownInBlocks(words: readonly Resolved[], request: TargetRequest): TargetSet {
  if (request.allowReserved) return TargetSet.ofRanges([]);
  const all = words.flatMap(({ ranges }) => [...ranges]);
  const blocks = TargetSet.ofRanges(all.filter(({ first, last }) => first < last));
  const single = all.filter(({ first, last }) => first === last);
  const named = TargetSet.ofSpecsAndRanges(words.flatMap(({ specs }) => [...specs]), single);
  const own = (request.ownAddresses ?? []).filter((it) => blocks.has(it) && !named.has(it));
  return TargetSet.ofSpecs(own.map((address) => plainSpec(address, {})));
}
