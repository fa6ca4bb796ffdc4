/**
 * Frames that leave by one interface, in batches. It notes how late each of them leaves, measured
 * against the time that it should have left.
 */
import type { Clock } from "ffi/clock.ts";
import type { NetworkInterface } from "ffi/interfaces.ts";
import { EthernetSocket } from "ffi/raw_socket.ts";
import { BATCH_CAPACITY, HEADROOM, PacketBatch, SLOT_SIZE } from "scan/link.ts";
import type { PacketPool } from "sim/packet_pool.ts";
import type { Micros } from "units";
import type { Lateness } from "./lateness.ts";

/**
 * Frames that wait for the next call at most. Sending takes about 1.3 µs each, so the first of a
 * batch does not leave much before the last; 16 already reach the full rate.
 */
const BATCH = 32;

/** Bytes of the longest packet that fits into a slot. */
export const MAX_PACKET = SLOT_SIZE - HEADROOM;

/** Offers of a frame that the kernel refuses, before it counts as lost. */
const MAX_OFFERS = 100;

/** See the file's comment. */
export class FrameSink {
  /** Frames that the kernel took. */
  sent = 0;
  /** Frames that it did not take, however often they were offered. */
  refused = 0;
  readonly #batch = new PacketBatch();
  readonly #socket: EthernetSocket;
  readonly #clock: Clock;
  readonly #lateness: Lateness;
  /** When each frame of the batch was due. */
  readonly #due = new Float64Array(BATCH_CAPACITY);

  /** @throws {LinkError} If rights are missing or the interface is gone. */
  constructor(
    { name, index }: NetworkInterface,
    { clock, lateness }: { clock: Clock; lateness: Lateness },
  ) {
    this.#clock = clock;
    this.#lateness = lateness;
    this.#socket = new EthernetSocket(this.#batch, { interfaceName: name, interfaceIndex: index });
  }

  /** Adds a packet of the pool behind a link header; `due` is the machine's time, not virtual. */
  addPacket(packet: number, from: { pool: PacketPool; header: Uint32Array; due: Micros }): void {
    const slot = this.#batch.count;
    from.pool.store(packet, this.#batch, slot * SLOT_SIZE + HEADROOM);
    this.#finish(from.pool.length[packet]!, from.header, from.due);
  }

  /** Adds any payload of a frame. */
  addBytes(payload: Uint8Array, header: Uint32Array, due: Micros): void {
    this.#batch.bytes.set(payload, this.#batch.count * SLOT_SIZE + HEADROOM);
    this.#finish(payload.length, header, due);
  }

  /** Sends what waits. */
  flush(): void {
    const batch = this.#batch;
    const { count } = batch;
    if (count === 0) return;
    let next = 0;
    for (let offers = 0; next < count && offers < MAX_OFFERS; offers++) {
      next += this.#socket.send(next, count);
    }
    const now = this.#clock.now();
    for (let slot = 0; slot < next; slot++) this.#lateness.note(now - this.#due[slot]!);
    this.sent += next;
    this.refused += count - next;
    batch.count = 0;
  }

  /** Gives the socket back. */
  close(): void {
    this.#socket.close();
  }

  #finish(length: number, header: Uint32Array, due: Micros): void {
    const slot = this.#batch.count++;
    this.#socket.prepare(slot, length, header);
    this.#due[slot] = due;
    if (this.#batch.count === BATCH) this.flush();
  }
}
