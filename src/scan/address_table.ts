/**
 * The addresses of a worker's targets: index to address and route for sending, address to index for
 * what comes back. Open addressing over typed arrays; nothing is allocated per packet. Indices come
 * in runs, for the flows of blocks; a run's memory is used again once nobody holds any of it.
 */
import { assert } from "assertion";
import { ipv4FromNumber, ipv4ToNumber } from "wire/address.ts";
import type { Route } from "./link.ts";

/** First number of slots; a power of two. */
const INITIAL_SLOTS = 64;

/** Spreads IPv4 addresses over slots (Knuth's multiplicative hash). */
const SPREAD = 0x9e3779b1;

/** Consecutive indices, and how many holders they have. */
interface Run {
  readonly first: number;
  readonly size: number;
  holders: number;
}

/** Targets by index, and indices by address. IPv4. */
export class AddressTable {
  #slots = new Int32Array(INITIAL_SLOTS).fill(-1);
  #addresses = new Uint32Array(INITIAL_SLOTS);
  #sources = new Uint32Array(INITIAL_SLOTS);
  #routes = new Uint32Array(INITIAL_SLOTS);
  #count = 0;
  /** Runs in use, by their first index, ascending. */
  #runs: Run[] = [];
  /** Runs that nobody holds any more. */
  #free: Run[] = [];

  /** How many indices there are, those that are free included. */
  get count(): number {
    return this.#count;
  }

  /** Takes a target in, or updates the route of a known one. Returns its index. */
  add(address: Uint8Array, route: Route): number {
    assert(address.length === 4, "Only IPv4 targets are supported");
    const known = this.find(ipv4ToNumber(address));
    const index = known < 0 ? this.addRun([address]) : known;
    if (known >= 0) this.hold(index);
    this.setRoute(index, route);
    return index;
  }

  /**
   * Takes targets in that are not known yet; their indices are consecutive, their routes unset.
   *
   * @returns The first index. The run is held once.
   */
  addRun(addresses: readonly Uint8Array[]): number {
    const size = addresses.length;
    assert(size > 0, "A run has at least one target");
    const { first } = this.#makeRun(size);
    addresses.forEach((address, i) => {
      const number = ipv4ToNumber(address);
      assert(this.find(number) < 0, "A target is taken in twice");
      this.#addresses[first + i] = number;
      this.#insert(first + i);
    });
    return first;
  }

  /** Sets the way to a target. */
  setRoute(index: number, route: Route): void {
    this.#sources[index] = ipv4ToNumber(route.source);
    this.#routes[index] = route.index;
  }

  /** Somebody needs an index: its run stays. */
  hold(index: number): void {
    this.#runOf(index).holders++;
  }

  /** Somebody needs an index no more. */
  release(index: number): void {
    const run = this.#runOf(index);
    assert(run.holders > 0, "A run is released more often than held");
    if (--run.holders > 0) return;
    this.#runs = this.#runs.filter((other) => other !== run);
    this.#free.push(run);
    this.#rebuild(this.#slots.length);
  }

  /** Index of an address, or −1. */
  find(address: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = Math.imul(address, SPREAD) >>> 8;; slot++) {
      const index = this.#slots[slot & mask]!;
      if (index < 0 || this.#addresses[index] === address) return index;
    }
  }

  /** Address of a target. */
  address(index: number): number {
    return this.#addresses[index]!;
  }

  /** Address of a target as bytes. */
  addressBytes(index: number): Uint8Array {
    return ipv4FromNumber(this.#addresses[index]!);
  }

  /** Source address to use for it. */
  source(index: number): number {
    return this.#sources[index]!;
  }

  /** Index of its route. */
  route(index: number): number {
    return this.#routes[index]!;
  }

  #makeRun(size: number): Run {
    const reused = this.#free.find((run) => run.size === size);
    if (reused !== undefined) this.#free = this.#free.filter((run) => run !== reused);
    const run = { first: reused?.first ?? this.#count, size, holders: 1 };
    if (reused === undefined) {
      this.#count += size;
      if (2 * this.#count > this.#slots.length) this.#grow();
    }
    this.#runs.push(run);
    this.#runs.sort((a, b) => a.first - b.first);
    return run;
  }

  #runOf(index: number): Run {
    let low = 0;
    let high = this.#runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#runs[middle]!.first <= index) low = middle;
      else high = middle - 1;
    }
    const run = this.#runs[low];
    assert(run !== undefined && index < run.first + run.size, "Nobody holds this index");
    return run;
  }

  #insert(index: number): void {
    const mask = this.#slots.length - 1;
    let slot = Math.imul(this.#addresses[index]!, SPREAD) >>> 8;
    while (this.#slots[slot & mask]! >= 0) slot++;
    this.#slots[slot & mask] = index;
  }

  #grow(): void {
    let size = this.#slots.length;
    while (2 * this.#count > size) size *= 2;
    this.#addresses = enlarge(this.#addresses, size);
    this.#sources = enlarge(this.#sources, size);
    this.#routes = enlarge(this.#routes, size);
    // The newest run is not among them yet: its addresses are inserted one by one.
    this.#rebuild(size);
  }

  /** Fills the slots anew with what the runs hold. */
  #rebuild(size: number): void {
    this.#slots = new Int32Array(size).fill(-1);
    for (const { first, size } of this.#runs) {
      for (let index = first; index < first + size; index++) this.#insert(index);
    }
  }
}

function enlarge(from: Uint32Array, size: number): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(size);
  to.set(from);
  return to;
}
