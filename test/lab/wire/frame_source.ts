/**
 * Frames that come in by one interface: all of them, whole, stamped by the kernel. They are read
 * where the kernel has put them, one at a time; what becomes of them is the loop's business.
 */
import type { Clock } from "ffi/clock.ts";
import { FrameRing } from "ffi/frame_ring.ts";
import type { NetworkInterface } from "ffi/interfaces.ts";
import { TPACKET2_HDR } from "ffi/layout.ts";
import { openPacketSocket } from "ffi/raw_socket.ts";
import {
  bindSocket,
  closeSocket,
  EtherProtocol,
  packetAddress,
  packetStatistics,
  setOption,
  SocketOption,
} from "ffi/socket.ts";
import { systemError } from "ffi/system_error.ts";
import type { PacketBuffer } from "sim/packet_pool.ts";
import { type Micros, micros } from "units";

/** Bytes of a frame in the ring: 80 of headers and an Ethernet frame of 1,514, rounded up. */
const FRAME_SIZE = 2_048;

/** 8,192 frames: a pause of 40 ms at 200,000 a second. */
const RING_SIZE = 16 << 20;

/** `PACKET_IGNORE_OUTGOING` (linux/if_packet.h, since Linux 4.20). */
const PACKET_IGNORE_OUTGOING = 23;

/** `TP_STATUS_CSUMNOTREADY`: the checksum has been left to hardware that does not exist here. */
const CHECKSUM_NOT_READY = 1 << 3;

/** A `sockaddr_ll` follows the ring's header; where the packet's direction stands in it. */
const PACKET_TYPE = TPACKET2_HDR.SIZE + 10;
const PACKET_OUTGOING = 4;

/** How an interface is listened to. */
export interface FrameSourceOptions {
  /** Turns the kernel's stamps into times. */
  clock: Pick<Clock, "fromRealtime">;
  /** What leaves by the interface is seen too, if both. */
  direction: "in" | "both";
}

/** See the file's comment. */
export class FrameSource implements PacketBuffer {
  /** Readable when frames wait. */
  readonly descriptor: number;
  /** The memory of the ring. */
  readonly view: DataView<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where what follows the frame's Ethernet header starts. */
  start = 0;
  /** Bytes from there on, padding included. */
  length = 0;
  /** EtherType. */
  type = 0;
  /** When the kernel saw it, by CLOCK_MONOTONIC. */
  time: Micros = micros(0);
  /** True if the sender has left its TCP or UDP checksum unfinished. */
  isUnfinished = false;
  /** True if the frame leaves by this interface. */
  isOutgoing = false;
  readonly #ring: FrameRing;
  readonly #clock: FrameSourceOptions["clock"];
  #isLoaded = false;
  #dropped = 0;

  /** @throws {LinkError} If rights are missing or the interface is gone. */
  constructor({ name, index }: NetworkInterface, { clock, direction }: FrameSourceOptions) {
    const operation = `listen on ${name}`;
    this.#clock = clock;
    this.descriptor = openPacketSocket(EtherProtocol.NONE);
    try {
      const sizes = { frameSize: FRAME_SIZE, ringSize: RING_SIZE };
      this.#ring = new FrameRing(this.descriptor, { ...sizes, operation });
      const ignore = Number(direction === "in");
      const { SOL_PACKET } = SocketOption;
      const error = setOption(this.descriptor, SOL_PACKET, PACKET_IGNORE_OUTGOING, ignore) ||
        bindSocket(this.descriptor, packetAddress(index, EtherProtocol.ALL));
      if (error !== 0) throw systemError(operation, error);
    } catch (error) {
      closeSocket(this.descriptor);
      throw error;
    }
    const memory = this.#ring.words.buffer;
    this.view = new DataView(memory);
    this.bytes = new Uint8Array(memory);
  }

  /** Looks at the frame at hand, if there is one: the public fields say what it is. */
  look(): boolean {
    if (this.#isLoaded) return true;
    if (!this.#ring.isReady) return false;
    const { words, at } = this.#ring;
    const offsets = words[at + TPACKET2_HDR.DATA_OFFSETS / 4]!;
    const header = offsets & 0xffff;
    const start = offsets >>> 16;
    this.start = 4 * at + start;
    this.length = words[at + TPACKET2_HDR.CAPTURED / 4]! - (start - header);
    this.type = this.view.getUint16(this.start - 2);
    this.isUnfinished = (words[at]! & CHECKSUM_NOT_READY) !== 0;
    this.isOutgoing = this.bytes[4 * at + PACKET_TYPE] === PACKET_OUTGOING;
    const seconds = words[at + TPACKET2_HDR.SECONDS / 4]! >>> 0;
    const nanoseconds = words[at + TPACKET2_HDR.NANOSECONDS / 4]!;
    this.time = this.#clock.fromRealtime(seconds, nanoseconds / 1_000);
    this.#isLoaded = true;
    return true;
  }

  /** Lets the frame at hand go. */
  release(): void {
    this.#isLoaded = false;
    this.#ring.release();
  }

  /** Frames lost so far because the ring was full. */
  dropped(): number {
    // Reading the kernel's figure clears it.
    this.#dropped += packetStatistics(this.descriptor).dropped;
    return this.#dropped;
  }

  /** Gives the socket back, and its memory: nothing may be read any more. */
  close(): void {
    this.#ring.unmap();
    closeSocket(this.descriptor);
  }
}
