/**
 * A ring of frames in memory that the kernel shares with us (TPACKET_V2, packet_mmap.rst in the
 * kernel's documentation): frames of one size, handed over one by one, so that each is seen at
 * once. Which packets get there is settled by whoever binds the socket; what they are is read by
 * whoever drains the ring.
 */
import { errno, libc } from "./libc.ts";
import { setOption, setOptionBytes, SocketOption } from "./socket.ts";
import { systemError } from "./system_error.ts";

/** Options of packet sockets (linux/if_packet.h). */
const PACKET_RX_RING = 5;
const PACKET_VERSION = 10;

const TPACKET_V2 = 1;

/** Who owns a frame: bit 0 set says that it is ours. */
const TP_STATUS_KERNEL = 0;
const TP_STATUS_USER = 1;

/** Bytes of one piece of kernel memory; small enough to be found on a busy machine. */
const BLOCK_SIZE = 1 << 16;

/** `PROT_READ | PROT_WRITE` and `MAP_SHARED`. */
const READ_WRITE = 3;
const MAP_SHARED = 1;

/** Measures of a ring. */
export interface FrameRingOptions {
  /** Bytes of a frame, a power of two: 80 of headers, then the packet. */
  frameSize: number;
  /** Bytes of the whole ring, a multiple of 64 KiB. */
  ringSize: number;
  /** What the ring is for, so that "Cannot <operation>" is a sentence. */
  operation: string;
}

/** See the file's comment. */
export class FrameRing {
  /** The ring; empty after it was unmapped, when nothing may be touched any more. */
  words: Int32Array<ArrayBuffer>;
  /** Index in {@linkcode words} of the header (`tpacket2_hdr`) of the frame at hand. */
  at = 0;
  readonly #memory: Deno.PointerObject;
  readonly #size: number;
  readonly #frameWords: number;

  /**
   * Gives a packet socket, not bound yet, its ring.
   *
   * @throws {LinkError} If the kernel refuses.
   */
  constructor(descriptor: number, { frameSize, ringSize, operation }: FrameRingOptions) {
    const count = ringSize / frameSize;
    const request = Uint32Array.of(BLOCK_SIZE, ringSize / BLOCK_SIZE, frameSize, count);
    const { SOL_PACKET } = SocketOption;
    const error = setOption(descriptor, SOL_PACKET, PACKET_VERSION, TPACKET_V2) ||
      setOptionBytes(descriptor, SOL_PACKET, PACKET_RX_RING, new Uint8Array(request.buffer));
    if (error !== 0) throw systemError(operation, error);
    this.#memory = map(descriptor, ringSize, operation);
    this.#size = ringSize;
    this.#frameWords = frameSize / 4;
    this.words = new Int32Array(Deno.UnsafePointerView.getArrayBuffer(this.#memory, ringSize));
  }

  /** True if the frame at hand is ours: the kernel has filled it. */
  get isReady(): boolean {
    const { words } = this;
    return words.length > 0 && (Atomics.load(words, this.at) & TP_STATUS_USER) !== 0;
  }

  /** Gives the frame at hand back to the kernel and goes on to the next. */
  release(): void {
    Atomics.store(this.words, this.at, TP_STATUS_KERNEL);
    this.at += this.#frameWords;
    if (this.at === this.words.length) this.at = 0;
  }

  /** Gives the memory back. Calling it twice is harmless. */
  unmap(): void {
    if (this.words.length === 0) return;
    this.words = new Int32Array(0);
    libc().munmap(Deno.UnsafePointer.value(this.#memory), BigInt(this.#size));
  }
}

function map(descriptor: number, size: number, operation: string): Deno.PointerObject {
  const memory = libc().mmap(0n, BigInt(size), READ_WRITE, MAP_SHARED, descriptor, 0n);
  // MAP_FAILED is −1.
  if (memory === null || Deno.UnsafePointer.value(memory) === 0xffff_ffff_ffff_ffffn) {
    throw systemError(operation, errno());
  }
  return memory;
}
