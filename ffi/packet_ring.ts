/**
 * Captures answers without libpcap: an AF_PACKET socket with a ring in shared memory. The kernel
 * takes the link header off, so one filter serves every kind of link. Used where libpcap is
 * missing.
 */
import type { ReceivedPacket } from "scan/link.ts";
import { BUFFER_SIZE, type Capture, SNAP_LENGTH } from "./capture.ts";
import { filterProgram, INSTRUCTION_SIZE, type PortRun } from "./capture_filter.ts";
import type { Clock } from "./clock.ts";
import { FrameRing } from "./frame_ring.ts";
import { addressOf, BPF_PROGRAM, TPACKET2_HDR } from "./layout.ts";
import {
  AddressFamily,
  bindSocket,
  closeSocket,
  EtherProtocol,
  openSocket,
  packetAddress,
  packetStatistics,
  pendingError,
  setOptionBytes,
  SocketOption,
  SocketType,
} from "./socket.ts";
import { systemError } from "./system_error.ts";

/** Bytes of a frame in the ring: 80 of headers, the packet, and some to make it a power of two. */
const FRAME_SIZE = 512;

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
  readonly #ring: FrameRing;
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
    let ring: FrameRing | undefined;
    try {
      const operation = this.#operation;
      ring = new FrameRing(this.descriptor, {
        frameSize: FRAME_SIZE,
        ringSize: BUFFER_SIZE,
        operation,
      });
      this.#bind(options);
    } catch (error) {
      ring?.unmap();
      closeSocket(this.descriptor);
      throw error;
    }
    this.#ring = ring;
  }

  next(): boolean {
    if (!this.#ring.isReady) {
      this.#checkAlive();
      return false;
    }
    this.#load();
    this.#ring.release();
    return true;
  }

  dropped(): number {
    // Reading the kernel's figure clears it.
    this.#dropped += packetStatistics(this.descriptor).dropped;
    return this.#dropped;
  }

  close(): void {
    if (this.#ring.words.length === 0) return;
    this.#ring.unmap();
    closeSocket(this.descriptor);
  }

  #load(): void {
    const { words, at } = this.#ring;
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
  #bind(options: PacketRingOptions): void {
    const { SOL_SOCKET, SO_ATTACH_FILTER } = SocketOption;
    const instructions = this.#filter;
    const program = new Uint8Array(BPF_PROGRAM.SIZE);
    const view = new DataView(program.buffer);
    view.setUint16(BPF_PROGRAM.COUNT, instructions.length / INSTRUCTION_SIZE, true);
    view.setBigUint64(BPF_PROGRAM.INSTRUCTIONS, addressOf(instructions), true);
    const address = packetAddress(options.interfaceIndex, EtherProtocol.ALL);
    const error = setOptionBytes(this.descriptor, SOL_SOCKET, SO_ATTACH_FILTER, program) ||
      bindSocket(this.descriptor, address);
    if (error !== 0) throw systemError(this.#operation, error);
  }
}
