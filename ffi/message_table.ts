/**
 * The tables that `sendmmsg` reads, laid over the memory of a packet batch: built once, only
 * lengths change. The table owns every buffer whose address it has handed to the kernel; whoever
 * sends with it keeps it reachable.
 */
import { BATCH_CAPACITY, HEADROOM, type PacketBatch, SLOT_SIZE } from "scan/link.ts";
import { addressOf, IOVEC, MMSGHDR } from "./layout.ts";
import { errno, type Libc, libc } from "./libc.ts";
import { MSG_DONTWAIT } from "./socket.ts";
import { Errno, systemError } from "./system_error.ts";

/** Bytes for one destination address: the largest used, `sockaddr_ll`, rounded up. */
export const NAME_SIZE = 32;

/** What became of a batch, or of the part of it that was offered. */
const Outcome = { TAKEN: 0, FULL: 1, SKIP: 2, RETRY: 3 } as const;

/** How a table is laid over a batch. */
export interface MessageTableOptions {
  /** What sending is called in messages. */
  operation: string;
  /** Bytes of link header before the IP header: 0 or 14. */
  linkHeader: number;
  /** Bytes of the destination address. */
  nameLength: number;
  /** Said before an interface counts as gone, where a route may be missing for other reasons. */
  isDown?: () => boolean;
}

/** The message headers of one socket over one batch. */
export class MessageTable {
  /** Destination addresses, {@linkcode NAME_SIZE} bytes per slot. */
  readonly names: Uint8Array<ArrayBuffer> = new Uint8Array(BATCH_CAPACITY * NAME_SIZE);
  readonly #libc: Libc = libc();
  readonly #batch: PacketBatch;
  readonly #options: MessageTableOptions;
  readonly #vectors = new Uint8Array(BATCH_CAPACITY * IOVEC.SIZE);
  readonly #vectorWords = new Uint32Array(this.#vectors.buffer);
  readonly #messages = new Uint8Array(BATCH_CAPACITY * MMSGHDR.SIZE);
  /** Where the header of each slot lies; made once, since making a BigInt costs. */
  readonly #addresses: bigint[] = [];

  constructor(batch: PacketBatch, options: MessageTableOptions) {
    this.#batch = batch;
    this.#options = options;
    this.#build();
  }

  /** States how long the IP packet in a slot is. */
  setLength(slot: number, packetBytes: number): void {
    // The upper half of the size stays zero.
    const word = (slot * IOVEC.SIZE + IOVEC.LENGTH) >>> 2;
    this.#vectorWords[word] = packetBytes + this.#options.linkHeader;
  }

  /**
   * Sends slots `from` to `to - 1`.
   *
   * @returns How many are dealt with, from `from` on; fewer than all means that a queue is full.
   * @throws {LinkError} If the interface is gone or the kernel refuses for good.
   */
  send(descriptor: number, from: number, to: number): number {
    let next = from;
    let doubted = 0;
    while (next < to) {
      const taken = this.#libc.sendmmsg(
        descriptor,
        this.#addresses[next]!,
        to - next,
        MSG_DONTWAIT,
      );
      if (taken > 0) {
        next += taken;
        continue;
      }
      const error = errno();
      const outcome = this.#judge(error, doubted);
      if (outcome === Outcome.FULL) break;
      if (outcome === Outcome.SKIP) next++;
      doubted = outcome === Outcome.RETRY ? error : 0;
    }
    return next - from;
  }

  #judge(error: number, doubted: number): number {
    switch (error) {
      case Errno.EINTR:
        return Outcome.RETRY;
      case Errno.EAGAIN:
      case Errno.ENOBUFS:
        return Outcome.FULL;
      case Errno.EPERM:
        // A local firewall's verdict on this packet: to the scan it is lost, as at any firewall.
        return Outcome.SKIP;
      case Errno.ENETUNREACH:
      case Errno.EHOSTUNREACH:
        if (this.#options.isDown?.() === true) throw this.#error(Errno.ENETDOWN);
        return Outcome.SKIP;
    }
    // errno is not quite reliable (see libc.ts): only a second sight counts.
    if (doubted !== error) return Outcome.RETRY;
    throw this.#error(error);
  }

  #error(error: number): Error {
    return systemError(this.#options.operation, error);
  }

  #build(): void {
    const bytes = addressOf(this.#batch.bytes) + BigInt(HEADROOM - this.#options.linkHeader);
    const names = addressOf(this.names);
    const vectors = addressOf(this.#vectors);
    const messages = addressOf(this.#messages);
    const vectorView = new DataView(this.#vectors.buffer);
    const view = new DataView(this.#messages.buffer);
    for (let slot = 0; slot < BATCH_CAPACITY; slot++) {
      const vector = slot * IOVEC.SIZE;
      const message = slot * MMSGHDR.SIZE;
      vectorView.setBigUint64(vector + IOVEC.BASE, bytes + BigInt(slot * SLOT_SIZE), true);
      view.setBigUint64(message + MMSGHDR.NAME, names + BigInt(slot * NAME_SIZE), true);
      view.setUint32(message + MMSGHDR.NAME_LENGTH, this.#options.nameLength, true);
      view.setBigUint64(message + MMSGHDR.IOVEC, vectors + BigInt(vector), true);
      view.setBigUint64(message + MMSGHDR.IOVEC_COUNT, 1n, true);
      this.#addresses.push(messages + BigInt(message));
    }
  }
}
