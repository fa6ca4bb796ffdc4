/**
 * What a scan is to ask, as a set: IPv4 ranges that are never expanded, single IPv6 addresses, and
 * what is special about some of them (a name, ports of their own). Targets have places; which comes
 * when is the business of `permutation.ts`.
 */
import { assert } from "assertion";
import { formatAddress, ipv4FromNumber, ipv4ToNumber } from "wire/address.ts";
import { type AddressRange, Ipv4Ranges, type RangeColumns } from "./ipv4_ranges.ts";
import type { TargetSpec } from "./target_spec.ts";

/** What is special about one target. */
export interface Particulars {
  /** The name that the user typed. */
  readonly name?: string;
  /** Ports to ask instead of those of the scan. */
  readonly ports?: Uint16Array;
}

/** A set as plain data, as it travels to a worker. */
export interface TargetSetData {
  /** IPv4 addresses. */
  readonly v4: RangeColumns;
  /** IPv6 addresses. */
  readonly v6: readonly Uint8Array[];
  /** What is special, by address as text. */
  readonly particulars: ReadonlyMap<string, Particulars>;
}

/** See the file's comment. */
export class TargetSet {
  /** IPv4 addresses. */
  readonly v4: Ipv4Ranges;
  /** IPv6 addresses, each once. */
  readonly v6: readonly Uint8Array[];
  readonly #particulars: ReadonlyMap<string, Particulars>;

  private constructor(v4: Ipv4Ranges, data: Omit<TargetSetData, "v4">) {
    this.v4 = v4;
    this.v6 = data.v6;
    this.#particulars = data.particulars;
  }

  /** The set that {@linkcode TargetSet.data} was read from. */
  static fromData(data: TargetSetData): TargetSet {
    return new TargetSet(Ipv4Ranges.fromColumns(data.v4), data);
  }

  /** IPv4 ranges, as a set without particulars. */
  static ofRanges(ranges: readonly AddressRange[]): TargetSet {
    return new TargetSet(Ipv4Ranges.of(ranges), { v6: [], particulars: new Map() });
  }

  /** Single targets; of two with one address the ports are united and the first name counts. */
  static ofSpecs(specs: readonly TargetSpec[]): TargetSet {
    return TargetSet.ofSpecsAndRanges(specs, []);
  }

  /**
   * Single targets and IPv4 ranges. What stands somewhere without ports of its own, alone or in a
   * range, is asked for the ports of the scan.
   */
  static ofSpecsAndRanges(
    specs: readonly TargetSpec[],
    ranges: readonly AddressRange[],
  ): TargetSet {
    const block = Ipv4Ranges.of(ranges);
    const v4: AddressRange[] = [...ranges];
    const v6 = new Map<string, Uint8Array>();
    const particulars = new Map<string, Particulars>();
    const plain = new Set<string>();
    for (const spec of specs) {
      if (spec.address.length === 4) v4.push(rangeOf(spec.address));
      else v6.set(spec.ip, spec.address);
      if (spec.ports === undefined || isWithin(spec.address, block)) plain.add(spec.ip);
      const merged = merge(particulars.get(spec.ip), spec);
      if (Object.keys(merged).length > 0) particulars.set(spec.ip, merged);
    }
    for (const [ip, { name }] of particulars) {
      if (plain.has(ip)) particulars.set(ip, name === undefined ? {} : { name });
    }
    return new TargetSet(Ipv4Ranges.of(v4), { v6: [...v6.values()], particulars });
  }

  /** The set as plain data. */
  get data(): TargetSetData {
    return { v4: this.v4.columns, v6: this.v6, particulars: this.#particulars };
  }

  /** How many targets there are. */
  get size(): number {
    return this.v4.size + this.v6.length;
  }

  /** The target at a place, 0 to {@linkcode TargetSet.size} − 1. */
  at(place: number): TargetSpec {
    assert(place >= 0 && place < this.size, "There is no such place");
    const { size } = this.v4;
    const address = place < size ? ipv4FromNumber(this.v4.at(place)) : this.v6[place - size]!;
    const ip = formatAddress(address);
    return { address, ip, ...this.#particulars.get(ip) };
  }

  /** The set without some addresses; particulars of the others stay. */
  without(other: TargetSet): TargetSet {
    const gone = new Set(other.v6.map((address) => formatAddress(address)));
    return new TargetSet(this.v4.without(other.v4), {
      v6: this.v6.filter((address) => !gone.has(formatAddress(address))),
      particulars: this.#particulars,
    });
  }

  /** True if an address is in the set. */
  has(address: Uint8Array): boolean {
    if (address.length === 4) return isWithin(address, this.v4);
    const ip = formatAddress(address);
    return this.v6.some((other) => formatAddress(other) === ip);
  }
}

function rangeOf(address: Uint8Array): AddressRange {
  const number = ipv4ToNumber(address);
  return { first: number, last: number };
}

function isWithin(address: Uint8Array, block: Ipv4Ranges): boolean {
  return address.length === 4 && block.placeOf(ipv4ToNumber(address)) >= 0;
}

function merge(known: Particulars | undefined, { name, ports }: TargetSpec): Particulars {
  const kept = known?.name ?? name;
  const all = new Set([...known?.ports ?? [], ...ports ?? []]);
  return {
    ...(kept === undefined ? {} : { name: kept }),
    ...(all.size === 0 ? {} : { ports: Uint16Array.from(all).sort() }),
  };
}
