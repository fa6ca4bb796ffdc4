/** Packets that wait in a node, first in, first out: a ring that grows up to its limit. */
import { assert } from "assertion";
import { NO_PACKET } from "./packet_pool.ts";

/** Places at first; doubled when full. */
const FIRST_CAPACITY = 64;

/** See the file's comment. */
export class PacketQueue {
  readonly #limit: number;
  #packets = new Int32Array(FIRST_CAPACITY);
  #head = 0;
  #size = 0;

  /** @param limit Packets that may wait. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Packets that wait. */
  get size(): number {
    return this.#size;
  }

  /**
   * Puts a packet at the end.
   *
   * @returns False if the queue is full; the packet stays the caller's.
   */
  push(packet: number): boolean {
    if (this.#size >= this.#limit) return false;
    if (this.#size === this.#packets.length) this.#grow();
    this.#packets[(this.#head + this.#size) & (this.#packets.length - 1)] = packet;
    this.#size++;
    return true;
  }

  /** The packet that waits at a place, 0 for the first. */
  peek(place: number): number {
    assert(place < this.#size, "Nobody waits at that place of the queue");
    return this.#packets[(this.#head + place) & (this.#packets.length - 1)]!;
  }

  /** Takes the first packet out; {@linkcode NO_PACKET} if none waits. */
  shift(): number {
    if (this.#size === 0) return NO_PACKET;
    const packet = this.#packets[this.#head]!;
    this.#head = (this.#head + 1) & (this.#packets.length - 1);
    this.#size--;
    return packet;
  }

  #grow(): void {
    const old = this.#packets;
    this.#packets = new Int32Array(2 * old.length);
    for (let i = 0; i < old.length; i++) {
      this.#packets[i] = old[(this.#head + i) & (old.length - 1)]!;
    }
    this.#head = 0;
  }
}
