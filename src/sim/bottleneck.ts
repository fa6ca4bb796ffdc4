/**
 * The slowest link of a path: a rate and a queue before it, drop-tail or with active management.
 * First in, first out, so the time of departure is known on arrival and no event is needed per
 * packet.
 *
 * A change of rate holds for packets that arrive from then on; those that wait keep their times.
 */
import { assert } from "assertion";
import { type Micros, micros, SECOND } from "units";
import { Codel, type CodelOptions } from "./codel.ts";

/** Bytes of an Ethernet frame beside the IP packet: header 14, FCS 4, preamble 8, gap 12. */
const FRAME_OVERHEAD = 38;

/** Bytes on the wire of the smallest frame: 64, preamble 8, gap 12. */
export const MIN_WIRE_BYTES = 84;

/** Bytes of a full frame on the wire: an IP packet of 1,500. */
const FULL_FRAME = 1_538;

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
  /** Active queue management. @default {undefined} Drop-tail alone. */
  readonly codel?: CodelOptions;
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
  readonly #codel: Codel | undefined;
  readonly #marks: boolean;
  /** True if the packet offered last has to carry a congestion mark. */
  isMarked = false;
  /** Packets that the queue management dropped, and those that it marked. */
  shed = 0;
  marked = 0;
  /** Packets that found the queue full. */
  dropped = 0;
  /** Most packets that ever waited or were being sent. */
  highest = 0;

  constructor(options: BottleneckOptions) {
    this.#maxPackets = Math.min(options.queuePackets ?? MAX_QUEUE, MAX_QUEUE);
    this.#maxBytes = options.queueBytes ?? Infinity;
    this.#codel = options.codel && new Codel(options.codel);
    this.#marks = options.codel?.ecn ?? true;
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
   * Takes a packet of `ipLength` bytes; sets {@linkcode isMarked}.
   *
   * @param takesMarks True if it may be marked instead of dropped.
   * @returns When it will have left; -1 if it is dropped.
   */
  offer(ipLength: number, now: Micros, takesMarks: boolean = false): Micros | -1 {
    this.#forgetGone(now);
    this.isMarked = false;
    const bytes = wireBytes(ipLength);
    if (this.#count > this.#maxPackets || this.#overflows(bytes)) {
      this.dropped++;
      return -1;
    }
    const starts = Math.max(this.#freeAt, now);
    if (this.#codel !== undefined && !this.#isSpared(starts, now, takesMarks)) return -1;
    const leaves = starts + this.#costOf(bytes);
    this.#freeAt = leaves;
    this.#remember(leaves, bytes);
    return micros(leaves);
  }

  /** Packets that wait or are being sent. */
  backlog(now: Micros): number {
    this.#forgetGone(now);
    return this.#count;
  }

  #costOf(bytes: number): number {
    return Math.max(bytes * this.#microsPerByte, this.#microsPerPacket);
  }

  /** Asks the queue management; false if it drops the packet. */
  #isSpared(starts: number, now: Micros, takesMarks: boolean): boolean {
    if (!this.#codel!.judge(starts - now, micros(starts), this.#costOf(FULL_FRAME))) return true;
    if (!takesMarks || !this.#marks) {
      this.shed++;
      return false;
    }
    this.isMarked = true;
    this.marked++;
    return true;
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
