/**
 * The addresses of a worker's targets: index to address and route for sending, address to index for
 * what comes back. Open addressing over typed arrays; nothing is allocated per packet.
 */
import { assert } from "assertion";
import { ipv4ToNumber } from "wire/address.ts";
import type { Route } from "./link.ts";

/** First number of slots; a power of two. */
const INITIAL_SLOTS = 64;

/** Spreads IPv4 addresses over slots (Knuth's multiplicative hash). */
const SPREAD = 0x9e3779b1;

/** Targets by index, and indices by address. IPv4. */
export class AddressTable {
  #slots = new Int32Array(INITIAL_SLOTS).fill(-1);
  #addresses = new Uint32Array(INITIAL_SLOTS);
  #sources = new Uint32Array(INITIAL_SLOTS);
  #routes = new Uint32Array(INITIAL_SLOTS);
  #count = 0;

  /** How many targets there are. */
  get count(): number {
    return this.#count;
  }

  /** Takes a target in, or updates the route of a known one. Returns its index. */
  add(address: Uint8Array, route: Route): number {
    assert(address.length === 4, "Only IPv4 targets are supported");
    const number = ipv4ToNumber(address);
    let index = this.find(number);
    if (index < 0) {
      if (2 * (this.#count + 1) > this.#slots.length) this.#grow();
      index = this.#count++;
      this.#addresses[index] = number;
      this.#insert(index);
    }
    this.#sources[index] = ipv4ToNumber(route.source);
    this.#routes[index] = route.index;
    return index;
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

  /** Source address to use for it. */
  source(index: number): number {
    return this.#sources[index]!;
  }

  /** Index of its route. */
  route(index: number): number {
    return this.#routes[index]!;
  }

  #insert(index: number): void {
    const mask = this.#slots.length - 1;
    let slot = Math.imul(this.#addresses[index]!, SPREAD) >>> 8;
    while (this.#slots[slot & mask]! >= 0) slot++;
    this.#slots[slot & mask] = index;
  }

  #grow(): void {
    const size = this.#slots.length * 2;
    this.#addresses = enlarge(this.#addresses, size);
    this.#sources = enlarge(this.#sources, size);
    this.#routes = enlarge(this.#routes, size);
    this.#slots = new Int32Array(size).fill(-1);
    for (let index = 0; index < this.#count; index++) this.#insert(index);
  }
}

function enlarge(from: Uint32Array, size: number): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(size);
  to.set(from);
  return to;
}
