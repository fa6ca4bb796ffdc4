/**
 * The slowest link of a path: a rate and a drop-tail queue before it. First in, first out, so the
 * time of departure is known on arrival and no event is needed per packet.
 *
 * A change of rate holds for packets that arrive from then on; those that wait keep their times.
 */
import { assert } from "assertion";
import { type Micros, micros, SECOND } from "units";

/** Bytes of an Ethernet frame beside the IP packet: header 14, FCS 4, preamble 8, gap 12. */
const FRAME_OVERHEAD = 38;

/** Bytes on the wire of the smallest frame: 64, preamble 8, gap 12. */
export const MIN_WIRE_BYTES = 84;

/** Packets that a queue described in bytes holds at most, whatever their size. */
const MAX_QUEUE = 65_536;

/** Bytes that an IP packet takes on an Ethernet wire. */
export function wireBytes(ipLength: number): number {
  return Math.max(ipLength + FRAME_OVERHEAD, MIN_WIRE_BYTES);
}

/** Rate and queue of a link. */
export interface BottleneckOptions {
  /** Bits per second on the wire; with `packetRate` the slower of the two counts. */
  readonly bitsPerSecond?: number;
  /** Packets per second, for boxes that are slow per packet. */
  readonly packetsPerSecond?: number;
  /** Packets that may wait behind the one that is being sent. */
  readonly queuePackets?: number;
  /** Wire bytes that may wait. */
  readonly queueBytes?: number;
}

/** See the file's comment. */
export class Bottleneck {
  #microsPerByte = 0;
  #microsPerPacket = 0;
  readonly #maxPackets: number;
  readonly #maxBytes: number;
  /** When each packet that waits or is being sent will have left, and its bytes; a ring. */
  #leaves: Float64Array;
  #bytes: Uint16Array;
  #head = 0;
  #count = 0;
  #waitingBytes = 0;
  #freeAt = 0;
  /** Packets that found the queue full. */
  dropped = 0;
  /** Most packets that ever waited or were being sent. */
  highest = 0;

  constructor(options: BottleneckOptions) {
    this.#maxPackets = Math.min(options.queuePackets ?? MAX_QUEUE, MAX_QUEUE);
    this.#maxBytes = options.queueBytes ?? Infinity;
    this.#leaves = new Float64Array(64);
    this.#bytes = new Uint16Array(64);
    this.setRate(options);
  }

  /** Changes the rate, from the next packet on. */
  setRate(options: Pick<BottleneckOptions, "bitsPerSecond" | "packetsPerSecond">): void {
    const { bitsPerSecond = Infinity, packetsPerSecond = Infinity } = options;
    assert(bitsPerSecond > 0 && packetsPerSecond > 0, "A rate is above 0");
    this.#microsPerByte = (8 * SECOND) / bitsPerSecond;
    this.#microsPerPacket = SECOND / packetsPerSecond;
  }

  /**
   * Takes a packet of `ipLength` bytes.
   *
   * @returns When it will have left; -1 if the queue is full.
   */
  offer(ipLength: number, now: Micros): Micros | -1 {
    this.#forgetGone(now);
    const bytes = wireBytes(ipLength);
    if (this.#count > this.#maxPackets || this.#overflows(bytes)) {
      this.dropped++;
      return -1;
    }
    const cost = Math.max(bytes * this.#microsPerByte, this.#microsPerPacket);
    const leaves = Math.max(this.#freeAt, now) + cost;
    this.#freeAt = leaves;
    this.#remember(leaves, bytes);
    return micros(leaves);
  }

  /** Packets that wait or are being sent. */
  backlog(now: Micros): number {
    this.#forgetGone(now);
    return this.#count;
  }

  /** The one that is being sent does not count as waiting. */
  #overflows(bytes: number): boolean {
    if (this.#maxBytes === Infinity || this.#count === 0) return false;
    const waiting = this.#waitingBytes - this.#bytes[this.#head]!;
    return waiting + bytes > this.#maxBytes;
  }

  #forgetGone(now: Micros): void {
    const mask = this.#leaves.length - 1;
    while (this.#count > 0 && this.#leaves[this.#head]! <= now) {
      this.#waitingBytes -= this.#bytes[this.#head]!;
      this.#head = (this.#head + 1) & mask;
      this.#count--;
    }
  }

  #remember(leaves: number, bytes: number): void {
    if (this.#count === this.#leaves.length) this.#grow();
    const tail = (this.#head + this.#count) & (this.#leaves.length - 1);
    this.#leaves[tail] = leaves;
    this.#bytes[tail] = bytes;
    this.#waitingBytes += bytes;
    this.#count++;
    if (this.#count > this.highest) this.highest = this.#count;
  }

  #grow(): void {
    const size = this.#leaves.length;
    const leaves = new Float64Array(2 * size);
    const bytes = new Uint16Array(2 * size);
    for (let i = 0; i < size; i++) {
      leaves[i] = this.#leaves[(this.#head + i) & (size - 1)]!;
      bytes[i] = this.#bytes[(this.#head + i) & (size - 1)]!;
    }
    this.#leaves = leaves;
    this.#bytes = bytes;
    this.#head = 0;
  }
}
