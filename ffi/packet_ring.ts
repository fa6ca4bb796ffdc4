/**
 * Captures answers without libpcap: an AF_PACKET socket with a ring in shared memory (TPACKET_V2,
 * packet_mmap.rst in the kernel's documentation). The kernel takes the link header off, so one
 * filter serves every kind of link. Used where libpcap is missing.
 */
import type { ReceivedPacket } from "scan/link.ts";
import { BUFFER_SIZE, type Capture, SNAP_LENGTH } from "./capture.ts";
import { filterProgram, INSTRUCTION_SIZE, type PortRun } from "./capture_filter.ts";
import type { Clock } from "./clock.ts";
import { addressOf, BPF_PROGRAM, TPACKET2_HDR } from "./layout.ts";
import { errno, libc } from "./libc.ts";
import {
  AddressFamily,
  bindSocket,
  closeSocket,
  EtherProtocol,
  openSocket,
  packetAddress,
  packetStatistics,
  pendingError,
  setOption,
  setOptionBytes,
  SocketOption,
  SocketType,
} from "./socket.ts";
import { systemError } from "./system_error.ts";

/** Options of packet sockets (linux/if_packet.h). */
const PACKET_RX_RING = 5;
const PACKET_VERSION = 10;

/** `TPACKET_V2`: frames of one size, handed over one by one, so that each is seen at once. */
const TPACKET_V2 = 1;

/** Who owns a frame: bit 0 set says that it is ours. */
const TP_STATUS_KERNEL = 0;
const TP_STATUS_USER = 1;

/** Bytes of a frame in the ring: 80 of headers, the packet, and some to make it a power of two. */
const FRAME_SIZE = 512;
const FRAME_WORDS = FRAME_SIZE / 4;
const FRAME_COUNT = BUFFER_SIZE / FRAME_SIZE;

/** Bytes of one piece of kernel memory; small enough to be found on a busy machine. */
const BLOCK_SIZE = 1 << 16;

/** `PROT_READ | PROT_WRITE` and `MAP_SHARED`. */
const READ_WRITE = 3;
const MAP_SHARED = 1;

/** What a ring needs to know. */
export interface PacketRingOptions {
  interfaceName: string;
  interfaceIndex: number;
  localPorts: PortRun;
  clock: Clock;
  /** Where packets go. */
  packet: ReceivedPacket;
}

/** A capture by a packet ring. */
export class PacketRing implements Capture {
  readonly descriptor: number;
  readonly #packet: ReceivedPacket;
  readonly #packetWords: Int32Array;
  readonly #clock: Clock;
  readonly #operation: string;
  /** A field, because the kernel is told its address. */
  readonly #filter: Uint8Array<ArrayBuffer>;
  readonly #memory: Deno.PointerObject;
  /** The ring; not to be touched after it was unmapped. */
  #words: Int32Array;
  #frame = 0;
  #dropped = 0;

  /** @throws {LinkError} If rights are missing or the interface is gone. */
  constructor(options: PacketRingOptions) {
    this.#packet = options.packet;
    this.#packetWords = new Int32Array(options.packet.bytes.buffer);
    this.#clock = options.clock;
    this.#filter = filterProgram(options.localPorts, SNAP_LENGTH);
    this.#operation = `capture on ${options.interfaceName}`;
    this.descriptor = openSocket(this.#operation, {
      family: AddressFamily.PACKET,
      type: SocketType.DATAGRAM,
      protocol: EtherProtocol.NONE,
    });
    try {
      this.#setUp(options);
      this.#memory = mapRing(this.descriptor, this.#operation);
    } catch (error) {
      closeSocket(this.descriptor);
      throw error;
    }
    const memory = Deno.UnsafePointerView.getArrayBuffer(this.#memory, BUFFER_SIZE);
    this.#words = new Int32Array(memory);
  }

  next(): boolean {
    const words = this.#words;
    const at = this.#frame * FRAME_WORDS;
    if (words.length === 0 || (Atomics.load(words, at) & TP_STATUS_USER) === 0) {
      this.#checkAlive();
      return false;
    }
    this.#load(words, at);
    Atomics.store(words, at, TP_STATUS_KERNEL);
    this.#frame = this.#frame + 1 === FRAME_COUNT ? 0 : this.#frame + 1;
    return true;
  }

  dropped(): number {
    // Reading the kernel's figure clears it.
    this.#dropped += packetStatistics(this.descriptor).dropped;
    return this.#dropped;
  }

  close(): void {
    if (this.#words.length === 0) return;
    this.#words = new Int32Array(0);
    const address = Deno.UnsafePointer.value(this.#memory);
    libc().munmap(address, BigInt(BUFFER_SIZE));
    closeSocket(this.descriptor);
  }

  #load(words: Int32Array, at: number): void {
    const packet = this.#packet;
    const captured = Math.min(words[at + TPACKET2_HDR.CAPTURED / 4]!, SNAP_LENGTH);
    // The packet starts at a multiple of 16: whole words are copied, the last one with its rest.
    const offset = words[at + TPACKET2_HDR.DATA_OFFSETS / 4]! & 0xffff;
    const from = at + (offset >>> 2);
    const target = this.#packetWords;
    const count = (captured + 3) >>> 2;
    for (let word = 0; word < count; word++) target[word] = words[from + word]!;
    packet.start = 0;
    packet.length = captured;
    const seconds = words[at + TPACKET2_HDR.SECONDS / 4]! >>> 0;
    const nanoseconds = words[at + TPACKET2_HDR.NANOSECONDS / 4]!;
    packet.time = this.#clock.fromRealtime(seconds, Math.floor(nanoseconds / 1_000));
  }

  #checkAlive(): void {
    const error = pendingError(this.descriptor);
    if (error !== 0) throw systemError(`${this.#operation} any more`, error);
  }

  /** Ring and filter stand before the socket is bound, so no packet passes by them. */
  #setUp(options: PacketRingOptions): void {
    const { SOL_PACKET, SOL_SOCKET, SO_ATTACH_FILTER } = SocketOption;
    const blocks = BUFFER_SIZE / BLOCK_SIZE;
    const request = Uint32Array.of(BLOCK_SIZE, blocks, FRAME_SIZE, FRAME_COUNT);
    const bytes = new Uint8Array(request.buffer);
    const instructions = this.#filter;
    const program = new Uint8Array(BPF_PROGRAM.SIZE);
    const view = new DataView(program.buffer);
    view.setUint16(BPF_PROGRAM.COUNT, instructions.length / INSTRUCTION_SIZE, true);
    view.setBigUint64(BPF_PROGRAM.INSTRUCTIONS, addressOf(instructions), true);
    const address = packetAddress(options.interfaceIndex, EtherProtocol.ALL);
    const error = setOption(this.descriptor, SOL_PACKET, PACKET_VERSION, TPACKET_V2) ||
      setOptionBytes(this.descriptor, SOL_PACKET, PACKET_RX_RING, bytes) ||
      setOptionBytes(this.descriptor, SOL_SOCKET, SO_ATTACH_FILTER, program) ||
      bindSocket(this.descriptor, address);
    if (error !== 0) throw systemError(this.#operation, error);
  }
}

function mapRing(descriptor: number, operation: string): Deno.PointerObject {
  const size = BigInt(BUFFER_SIZE);
  const memory = libc().mmap(0n, size, READ_WRITE, MAP_SHARED, descriptor, 0n);
  // MAP_FAILED is −1.
  if (memory === null || Deno.UnsafePointer.value(memory) === 0xffff_ffff_ffff_ffffn) {
    throw systemError(operation, errno());
  }
  return memory;
}
