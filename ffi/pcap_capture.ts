/**
 * Captures answers through libpcap: immediate mode, kernel filter, kernel time stamps, drained
 * without blocking. What it delivers are IP packets; the link header has been taken off.
 */
import { LinkError, type ReceivedPacket } from "scan/link.ts";
import { BUFFER_SIZE, type Capture, SNAP_LENGTH } from "./capture.ts";
import type { Clock } from "./clock.ts";
import { addressOf, BPF_PROGRAM, PCAP_PKTHDR, PCAP_STAT } from "./layout.ts";
import { type Libc, libc } from "./libc.ts";
import { type Libpcap, PCAP_ERROR_SIZE } from "./libpcap.ts";
import { ipOffset, isSupportedLinkType } from "./link_header.ts";
import { Errno, systemError } from "./system_error.ts";

/** `PCAP_D_IN`: our own packets are not news. */
const PCAP_D_IN = 1;

/** `PCAP_NETMASK_UNKNOWN`. */
const NETMASK_UNKNOWN = 0xffff_ffff;

/** Return codes of `pcap_activate` (pcap/pcap.h). */
const PCAP_ERROR_NO_SUCH_DEVICE = -5;
const PCAP_ERROR_PERMISSION_DENIED = -8;
const PCAP_ERROR_IFACE_NOT_UP = -9;
const PCAP_ERROR_PROMISC_PERMISSION_DENIED = -11;

/** Lengths as BigInt, made once: `memcpy` takes a `size_t`. */
const LENGTHS = Array.from({ length: SNAP_LENGTH + 1 }, (_, length) => BigInt(length));

/** What a capture needs to know. */
export interface PcapCaptureOptions {
  interfaceName: string;
  /** Expression in pcap-filter(7)'s language. */
  filter: string;
  clock: Clock;
  /** Where packets go. */
  packet: ReceivedPacket;
}

/** A capture by libpcap. */
export class PcapCapture implements Capture {
  readonly descriptor: number;
  readonly #libc: Libc = libc();
  readonly #libpcap: Libpcap;
  readonly #handle: Deno.PointerObject;
  readonly #options: PcapCaptureOptions;
  readonly #packet: ReceivedPacket;
  readonly #clock: Clock;
  readonly #linkType: number;
  readonly #packetAddress: bigint;
  /** Where `pcap_next_ex` puts the addresses of header and data. */
  readonly #addresses = new BigUint64Array(2);
  readonly #headerAddress: bigint;
  readonly #dataAddress: bigint;
  /** The header: libpcap uses the same memory for every packet, so it is mapped once. */
  #header: Uint32Array | undefined;
  #closed = false;

  /** @throws {LinkError} If rights are missing, or the interface cannot be captured on. */
  constructor(library: Libpcap, options: PcapCaptureOptions) {
    this.#libpcap = library;
    this.#options = options;
    this.#packet = options.packet;
    this.#clock = options.clock;
    this.#packetAddress = addressOf(options.packet.bytes);
    this.#headerAddress = addressOf(new Uint8Array(this.#addresses.buffer));
    this.#dataAddress = this.#headerAddress + 8n;
    this.#handle = create(library, options.interfaceName);
    try {
      this.#activate();
      this.#setFilter();
      this.#linkType = library.dataLink(this.#handle);
      if (!isSupportedLinkType(this.#linkType)) {
        throw this.#error(`its link type ${this.#linkType} is not supported`);
      }
    } catch (error) {
      library.close(this.#handle);
      throw error;
    }
    this.descriptor = library.selectableFd(this.#handle);
  }

  next(): boolean {
    for (;;) {
      const status = this.#libpcap.nextEx(this.#handle, this.#headerAddress, this.#dataAddress);
      if (status === 0) return false;
      if (status < 0) throw this.#lost();
      if (this.#load()) return true;
    }
  }

  dropped(): number {
    const stats = new Uint8Array(PCAP_STAT.SIZE);
    if (this.#libpcap.stats(this.#handle, stats) !== 0) return 0;
    return new DataView(stats.buffer).getUint32(PCAP_STAT.DROPPED, true);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#header = undefined;
    this.#libpcap.close(this.#handle);
  }

  /** Copies the packet to its place; false if it is no IP packet. */
  #load(): boolean {
    const header = this.#header ??= this.#mapHeader();
    const captured = Math.min(header[PCAP_PKTHDR.CAPTURED / 4]!, SNAP_LENGTH);
    this.#libc.memcpy(this.#packetAddress, this.#addresses[1]!, LENGTHS[captured]!);
    const packet = this.#packet;
    const offset = ipOffset(this.#linkType, packet.view, captured);
    if (offset < 0) return false;
    packet.start = offset;
    packet.length = captured - offset;
    const seconds = header[PCAP_PKTHDR.SECONDS / 4]!;
    const microseconds = header[PCAP_PKTHDR.MICROSECONDS / 4]!;
    packet.time = this.#clock.fromRealtime(seconds, microseconds);
    return true;
  }

  #mapHeader(): Uint32Array {
    const pointer = Deno.UnsafePointer.create(this.#addresses[0]!);
    if (pointer === null) throw this.#error("it delivered a packet without a header");
    return new Uint32Array(Deno.UnsafePointerView.getArrayBuffer(pointer, PCAP_PKTHDR.SIZE));
  }

  #activate(): void {
    const library = this.#libpcap;
    library.setSnapLength(this.#handle, SNAP_LENGTH);
    library.setImmediateMode(this.#handle, 1);
    library.setBufferSize(this.#handle, BUFFER_SIZE);
    const status = library.activate(this.#handle);
    // Positive codes are warnings, and none of them concerns what is used here.
    if (status < 0) throw this.#activationError(status);
    const errors = new Uint8Array(PCAP_ERROR_SIZE);
    if (library.setNonblock(this.#handle, 1, errors) !== 0) throw this.#error(text(errors));
    if (library.setDirection(this.#handle, PCAP_D_IN) !== 0) throw this.#error(this.#reason());
  }

  #setFilter(): void {
    const library = this.#libpcap;
    const program = new Uint8Array(BPF_PROGRAM.SIZE);
    const expression = cString(this.#options.filter);
    if (library.compile(this.#handle, program, expression, 1, NETMASK_UNKNOWN) !== 0) {
      throw this.#error(`libpcap refuses "${this.#options.filter}" (${this.#reason()})`);
    }
    // libpcap throws away what was captured before the filter stood.
    const status = library.setFilter(this.#handle, program);
    library.freeCode(program);
    if (status !== 0) throw this.#error(this.#reason());
  }

  #activationError(status: number): LinkError {
    const name = this.#options.interfaceName;
    switch (status) {
      case PCAP_ERROR_PERMISSION_DENIED:
      case PCAP_ERROR_PROMISC_PERMISSION_DENIED:
        return systemError(`capture on ${name}`, Errno.EPERM);
      case PCAP_ERROR_NO_SUCH_DEVICE:
        return new LinkError("no-interface", `Cannot capture on ${name}: it does not exist.`);
      case PCAP_ERROR_IFACE_NOT_UP:
        return systemError(`capture on ${name}`, Errno.ENETDOWN);
      default:
        return this.#error(`${this.#reason()} (libpcap ${status})`);
    }
  }

  /** A live capture ends for one reason only: its interface went away. */
  #lost(): LinkError {
    const name = this.#options.interfaceName;
    return new LinkError(
      "down",
      `Cannot capture on ${name} any more: ${this.#reason()}. Check it with \`ip link\`.`,
    );
  }

  #error(reason: string): LinkError {
    const name = this.#options.interfaceName;
    return new LinkError("system", `Cannot capture on ${name}: ${reason}. Name another with -e.`);
  }

  #reason(): string {
    const pointer = this.#libpcap.getError(this.#handle);
    return pointer === null ? "no reason given" : Deno.UnsafePointerView.getCString(pointer);
  }
}

function create(library: Libpcap, interfaceName: string): Deno.PointerObject {
  const errors = new Uint8Array(PCAP_ERROR_SIZE);
  const handle = library.create(cString(interfaceName), errors);
  if (handle !== null) return handle;
  throw new LinkError("system", `Cannot capture on ${interfaceName}: ${text(errors)}`);
}

function cString(value: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${value}\0`);
}

function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
