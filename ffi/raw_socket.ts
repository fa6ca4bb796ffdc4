/**
 * The two ways out. {@linkcode EthernetSocket}: AF_PACKET, whole frames, half the cost and past the
 * machine's own firewall and connection tracking. {@linkcode IpSocket}: IPPROTO_RAW, where there is
 * no Ethernet header (tun, ppp, wireguard) and for the machine's own addresses, which AF_PACKET
 * cannot reach. Both send straight from the memory of the link's packet batch.
 */
import { BATCH_CAPACITY, HEADROOM, type PacketBatch, SLOT_SIZE } from "scan/link.ts";
import { ETHERNET_LENGTH, EtherType } from "wire/ethernet.ts";
import { SOCKADDR_IN, SOCKADDR_LL } from "./layout.ts";
import { MessageTable, NAME_SIZE } from "./message_table.ts";
import {
  AddressFamily,
  bindSocket,
  closeSocket,
  enlargeSendBuffer,
  EtherProtocol,
  internetAddress,
  openSocket,
  packetAddress,
  setOptionBytes,
  SocketOption,
  SocketType,
} from "./socket.ts";
import { systemError } from "./system_error.ts";

/** Protocol number 255: raw IP, header included by the sender, nothing is ever received. */
const IPPROTO_RAW = 255;

/** Bytes of queued packets that a socket may own: about 1,000 small ones with their overhead. */
const SEND_BUFFER = 1 << 20;

/** Where the destination address stands in an IPv4 header. */
const IPV4_DESTINATION = 16;

/** 32-bit words per slot and in its headroom. */
const SLOT_WORDS = SLOT_SIZE / 4;
const HEADER_WORDS = HEADROOM / 4;

/** A socket that sends packets of the batch. */
export interface OutgoingSocket {
  /** Readies a slot. `header` holds the link header in its last bytes, where the link has one. */
  prepare(slot: number, packetBytes: number, header: Uint32Array): void;

  /**
   * Sends slots `from` to `to - 1`, which have been readied.
   *
   * @returns How many are dealt with; fewer than all means that a queue is full.
   * @throws {LinkError} If the interface is gone or rights were lost.
   */
  send(from: number, to: number): number;

  /** Gives the socket back. */
  close(): void;
}

/** Sends Ethernet frames over one interface. */
export class EthernetSocket implements OutgoingSocket {
  readonly #descriptor: number;
  readonly #table: MessageTable;
  readonly #words: Uint32Array;

  /** @throws {LinkError} If rights are missing or the interface is gone. */
  constructor(batch: PacketBatch, { interfaceName, interfaceIndex }: {
    interfaceName: string;
    interfaceIndex: number;
  }) {
    this.#words = new Uint32Array(batch.bytes.buffer);
    this.#table = new MessageTable(batch, {
      operation: `send on ${interfaceName}`,
      linkHeader: ETHERNET_LENGTH,
      nameLength: SOCKADDR_LL.SIZE,
    });
    const name = packetAddress(interfaceIndex, EtherType.IPV4);
    for (let slot = 0; slot < BATCH_CAPACITY; slot++) this.#table.names.set(name, slot * NAME_SIZE);
    this.#descriptor = openPacketSocket(EtherProtocol.NONE);
    // Bound with protocol 0 the socket is given no packets, so nothing has to be thrown away.
    const error = bindSocket(
      this.#descriptor,
      packetAddress(interfaceIndex, EtherProtocol.NONE),
    );
    if (error !== 0) {
      closeSocket(this.#descriptor);
      throw systemError(`send on ${interfaceName}`, error);
    }
    enlargeSendBuffer(this.#descriptor, SEND_BUFFER);
  }

  prepare(slot: number, packetBytes: number, header: Uint32Array): void {
    const words = this.#words;
    const at = slot * SLOT_WORDS;
    for (let word = 0; word < HEADER_WORDS; word++) words[at + word] = header[word]!;
    this.#table.setLength(slot, packetBytes);
  }

  send(from: number, to: number): number {
    return this.#table.send(this.#descriptor, from, to);
  }

  close(): void {
    closeSocket(this.#descriptor);
  }
}

/** Sends IP packets and lets the kernel find the way. */
export class IpSocket implements OutgoingSocket {
  readonly #batch: PacketBatch;
  readonly #descriptor: number;
  readonly #table: MessageTable;

  /**
   * @param interfaceName The interface that packets must leave by; none for local addresses.
   * @throws {LinkError} If rights are missing or the interface is gone.
   */
  constructor(batch: PacketBatch, { interfaceName, isDown }: {
    interfaceName?: string;
    isDown?: () => boolean;
  }) {
    const operation = `send on ${interfaceName ?? "lo"}`;
    this.#batch = batch;
    this.#table = new MessageTable(batch, {
      operation,
      linkHeader: 0,
      nameLength: SOCKADDR_IN.SIZE,
      ...(isDown && { isDown }),
    });
    const name = internetAddress(new Uint8Array(4), 0);
    for (let slot = 0; slot < BATCH_CAPACITY; slot++) this.#table.names.set(name, slot * NAME_SIZE);
    this.#descriptor = openIpSocket();
    if (interfaceName !== undefined) this.#bindToDevice(interfaceName, operation);
    enlargeSendBuffer(this.#descriptor, SEND_BUFFER);
  }

  prepare(slot: number, packetBytes: number, _header: Uint32Array): void {
    const names = this.#table.names;
    const bytes = this.#batch.bytes;
    const to = slot * NAME_SIZE + SOCKADDR_IN.ADDRESS;
    const from = slot * SLOT_SIZE + HEADROOM + IPV4_DESTINATION;
    for (let byte = 0; byte < 4; byte++) names[to + byte] = bytes[from + byte]!;
    this.#table.setLength(slot, packetBytes);
  }

  send(from: number, to: number): number {
    return this.#table.send(this.#descriptor, from, to);
  }

  close(): void {
    closeSocket(this.#descriptor);
  }

  #bindToDevice(interfaceName: string, operation: string): void {
    const { SOL_SOCKET, SO_BINDTODEVICE } = SocketOption;
    const name = new TextEncoder().encode(`${interfaceName}\0`);
    const error = setOptionBytes(this.#descriptor, SOL_SOCKET, SO_BINDTODEVICE, name);
    if (error === 0) return;
    closeSocket(this.#descriptor);
    throw systemError(operation, error);
  }
}

/**
 * Opens a socket for whole frames.
 *
 * @param protocol What it receives: an EtherType, or one of {@linkcode EtherProtocol}.
 * @throws {LinkError} If rights are missing.
 */
export function openPacketSocket(protocol: number): number {
  return openSocket("open a packet socket", {
    family: AddressFamily.PACKET,
    type: SocketType.RAW,
    // Network byte order, in a host integer.
    protocol: ((protocol & 0xff) << 8) | (protocol >>> 8),
  });
}

/**
 * Finds out cheaply whether this process may send and capture raw packets.
 *
 * @throws {LinkError} `no-rights`, naming what is missing and how to grant it.
 */
export function checkRights(): void {
  // Not a packet socket: closing one of those costs some 10 ms.
  closeSocket(openIpSocket());
}

function openIpSocket(): number {
  return openSocket("open a raw socket", {
    family: AddressFamily.INET,
    type: SocketType.RAW,
    protocol: IPPROTO_RAW,
  });
}
