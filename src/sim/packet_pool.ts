/**
 * Memory for the packets that are under way. A packet is a number; its bytes lie in pages that are
 * never given back, so that nothing is allocated per packet once a network is warm.
 *
 * Slots come in two sizes: what a scan sends fits the small one, padded packets take the large one.
 * A packet may be longer than what is stored of it: another flow's data needs its length only.
 */
import { assert } from "assertion";
import { enlarge } from "./columns.ts";

/** No packet. */
export const NO_PACKET = -1;

/** Bytes of a page. */
const PAGE_SIZE = 65_536;

/** Bytes of a small slot: 60 of IP and TCP header each fit, and an ICMP error with its quote. */
const SMALL_SLOT = 128;

/** Bytes of a large slot: an Ethernet MTU. */
const LARGE_SLOT = 2_048;

/** Small slots in a page, and how packets are numbered: page × this + slot. */
const SLOTS_PER_PAGE = PAGE_SIZE / SMALL_SLOT;

/** Small slots that a large one covers. */
const SLOTS_PER_LARGE = LARGE_SLOT / SMALL_SLOT;

/** Slots at most: 256 MiB. A network that needs more has run away. */
export const MAX_SLOTS = 1 << 21;

/** Bytes below which a loop over words beats the call to `set`. */
const WORDWISE = 64;

/** Memory outside of the pool, as it is read and as it is copied. */
export interface PacketBuffer {
  readonly view: DataView;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Packets by number. The public columns change when the pool grows: do not keep them. */
export class PacketPool {
  /** Bytes of each IP packet, stored or not. */
  length: Uint16Array<ArrayBuffer> = new Uint16Array(0);
  /** Which route each takes. */
  route: Int32Array<ArrayBuffer> = new Int32Array(0);
  /** How far along it each is. */
  step: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** 1 for those whose bits were flipped on the way: checksums tell. */
  damaged: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  readonly #views: DataView[] = [];
  readonly #bytes: Uint8Array<ArrayBuffer>[] = [];
  /** Free packets of each size, linked. */
  #next: Int32Array<ArrayBuffer> = new Int32Array(0);
  #taken: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #freeSmall = NO_PACKET;
  #freeLarge = NO_PACKET;
  #inUse = 0;

  /** Packets that have been taken and not given back. */
  get inUse(): number {
    return this.#inUse;
  }

  /** The view that a packet's bytes lie in, from {@linkcode at} on. */
  view(packet: number): DataView {
    return this.#views[packet >>> 9]!;
  }

  /** Like {@linkcode view}, as bytes. */
  bytes(packet: number): Uint8Array<ArrayBuffer> {
    return this.#bytes[packet >>> 9]!;
  }

  /** Where in its view a packet starts. */
  at(packet: number): number {
    return (packet & (SLOTS_PER_PAGE - 1)) << 7;
  }

  /** Bytes of a packet that are stored. */
  stored(packet: number): number {
    const room = this.#taken[packet] === LARGE ? LARGE_SLOT : SMALL_SLOT;
    return Math.min(this.length[packet]!, room);
  }

  /** Takes a packet of `length` bytes, all of which are stored, up to the size of a large slot. */
  take(length: number): number {
    return this.takeWith(length, length);
  }

  /** Takes a packet of `length` bytes, of which at least the first `stored` are kept. */
  takeWith(length: number, stored: number): number {
    const isLarge = stored > SMALL_SLOT;
    if ((isLarge ? this.#freeLarge : this.#freeSmall) === NO_PACKET) this.#addPage(isLarge);
    const packet = isLarge ? this.#freeLarge : this.#freeSmall;
    if (isLarge) this.#freeLarge = this.#next[packet]!;
    else this.#freeSmall = this.#next[packet]!;
    this.#taken[packet] = isLarge ? LARGE : SMALL;
    this.#inUse++;
    this.length[packet] = length;
    this.damaged[packet] = 0;
    return packet;
  }

  /** Takes a second packet like `packet`: same bytes, same place on the same route. */
  takeCopy(packet: number): number {
    const stored = this.stored(packet);
    const copy = this.takeWith(this.length[packet]!, stored);
    const from = this.at(packet);
    this.bytes(copy).set(this.bytes(packet).subarray(from, from + stored), this.at(copy));
    this.route[copy] = this.route[packet]!;
    this.step[copy] = this.step[packet]!;
    this.damaged[copy] = this.damaged[packet]!;
    return copy;
  }

  /** Takes a packet of `length` bytes and copies it from a buffer, where it starts at `start`. */
  load(from: PacketBuffer, start: number, length: number): number {
    const packet = this.take(length);
    const at = this.at(packet);
    if (length > WORDWISE) {
      this.bytes(packet).set(from.bytes.subarray(start, start + length), at);
    } else copyWords(from.view, start, this.view(packet), at, length);
    return packet;
  }

  /** Copies what is stored of a packet into a buffer, from `start` on. */
  store(packet: number, to: PacketBuffer, start: number): void {
    const length = this.stored(packet);
    const at = this.at(packet);
    if (length > WORDWISE) to.bytes.set(this.bytes(packet).subarray(at, at + length), start);
    else copyWords(this.view(packet), at, to.view, start, length);
  }

  /** Gives a packet back. */
  give(packet: number): void {
    const size = this.#taken[packet]!;
    assert(size !== FREE, "A packet is given back once");
    this.#taken[packet] = FREE;
    this.#inUse--;
    if (size === LARGE) {
      this.#next[packet] = this.#freeLarge;
      this.#freeLarge = packet;
    } else {
      this.#next[packet] = this.#freeSmall;
      this.#freeSmall = packet;
    }
  }

  #addPage(isLarge: boolean): void {
    const first = this.#views.length * SLOTS_PER_PAGE;
    if (first === this.length.length) this.#growColumns(first);
    const buffer = new ArrayBuffer(PAGE_SIZE);
    this.#views.push(new DataView(buffer));
    this.#bytes.push(new Uint8Array(buffer));
    const step = isLarge ? SLOTS_PER_LARGE : 1;
    let head = isLarge ? this.#freeLarge : this.#freeSmall;
    for (let packet = first + SLOTS_PER_PAGE - step; packet >= first; packet -= step) {
      this.#next[packet] = head;
      head = packet;
    }
    if (isLarge) this.#freeLarge = head;
    else this.#freeSmall = head;
  }

  #growColumns(slots: number): void {
    const capacity = Math.max(2 * slots, 4 * SLOTS_PER_PAGE);
    assert(capacity <= MAX_SLOTS, "The packet pool has run away");
    this.length = enlarge(new Uint16Array(capacity), this.length);
    this.route = enlarge(new Int32Array(capacity), this.route);
    this.step = enlarge(new Uint8Array(capacity), this.step);
    this.damaged = enlarge(new Uint8Array(capacity), this.damaged);
    this.#next = enlarge(new Int32Array(capacity), this.#next);
    this.#taken = enlarge(new Uint8Array(capacity), this.#taken);
  }
}

/** What a slot is: values of `#taken`. */
const FREE = 0;
const SMALL = 1;
const LARGE = 2;

function copyWords(
  from: DataView,
  fromAt: number,
  to: DataView,
  toAt: number,
  length: number,
): void {
  const words = length & ~3;
  for (let i = 0; i < words; i += 4) to.setUint32(toAt + i, from.getUint32(fromAt + i));
  for (let i = words; i < length; i++) to.setUint8(toAt + i, from.getUint8(fromAt + i));
}
