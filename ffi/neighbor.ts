/**
 * Finds the hardware address of a next hop: in the kernel's neighbour table if it is there, by ARP
 * requests of our own otherwise, so that a scan does not fill that small table.
 */
import { MILLISECOND } from "units";
import type { Clock } from "./clock.ts";
import type { NetworkInterface } from "./interfaces.ts";
import { errno, libc } from "./libc.ts";
import {
  type Netlink,
  netlinkBody,
  NetlinkRequest,
  numberAttribute,
  readAttributes,
} from "./netlink.ts";
import { Poller } from "./poller.ts";
import { openPacketSocket } from "./raw_socket.ts";
import {
  AddressFamily,
  bindSocket,
  closeSocket,
  EtherProtocol,
  MSG_DONTWAIT,
  packetAddress,
} from "./socket.ts";
import { Errno, systemError } from "./system_error.ts";

/** Requests before a next hop counts as absent, and the time between them: 0.9 s in all. */
const REQUESTS = 3;
const REQUEST_INTERVAL = 300 * MILLISECOND;

/** Head of a neighbour message: `struct ndmsg`. */
const NDMSG = { SIZE: 12, FAMILY: 0, INTERFACE: 4, STATE: 8 } as const;

/** Attributes of a neighbour (linux/neighbour.h). */
const NDA = { DESTINATION: 1, HARDWARE_ADDRESS: 2 } as const;

/** States in which the kernel would use an entry: reachable, stale, delay, probe, permanent. */
const NUD_USABLE = 0x02 | 0x04 | 0x08 | 0x10 | 0x80;

/** Bytes of a hardware address. */
const HARDWARE_ADDRESS = 6;

/** An ARP message for Ethernet and IPv4 (RFC 826) behind its Ethernet header. */
const ARP_FRAME = 42;
const ARP_OPERATION = 20;
const ARP_SENDER_HARDWARE = 22;
const ARP_SENDER_ADDRESS = 28;
const ARP_TARGET_ADDRESS = 38;
const ARP_REPLY = 2;

/** What a search for a neighbour needs. */
export interface NeighborQuery {
  interface: NetworkInterface;
  /** Our IPv4 address on that link. */
  source: Uint8Array;
  /** IPv4 address of the next hop. */
  address: Uint8Array;
}

/** A socket that speaks ARP on one link, and the way to wait for it. */
interface ArpLine {
  readonly descriptor: number;
  readonly poller: Poller;
}

/** Looks for next hops on Ethernet links. */
export class NeighborFinder {
  /** By interface; kept open, since closing a packet socket costs some 10 ms. */
  readonly #lines = new Map<number, ArpLine>();
  readonly #netlink: Netlink;
  readonly #clock: Clock;

  constructor(netlink: Netlink, clock: Clock) {
    this.#netlink = netlink;
    this.#clock = clock;
  }

  /**
   * The hardware address of a next hop, or `undefined` if nobody answers. Blocks 0.9 s at most.
   *
   * @throws {LinkError} If the interface goes down.
   */
  find(query: NeighborQuery): Uint8Array | undefined {
    return this.#known(query) ?? this.#ask(query);
  }

  /** Gives the sockets back. */
  close(): void {
    for (const { descriptor } of this.#lines.values()) closeSocket(descriptor);
    this.#lines.clear();
  }

  #known({ interface: { index }, address }: NeighborQuery): Uint8Array | undefined {
    const head = new Uint8Array(NDMSG.SIZE);
    head[NDMSG.FAMILY] = AddressFamily.INET;
    head.set(numberAttribute(index), NDMSG.INTERFACE);
    const body = netlinkBody(head, [[NDA.DESTINATION, address]]);
    const answer = this.#netlink.get(NetlinkRequest.GET_NEIGHBOR, body);
    // Unknown to the kernel, or a kernel before 5.0, which cannot be asked for one entry.
    if (typeof answer === "number") return undefined;
    if ((answer.body.getUint16(NDMSG.STATE, true) & NUD_USABLE) === 0) return undefined;
    const found = readAttributes(answer.body, NDMSG.SIZE).get(NDA.HARDWARE_ADDRESS);
    return found?.length === HARDWARE_ADDRESS ? found : undefined;
  }

  #ask(query: NeighborQuery): Uint8Array | undefined {
    const line = this.#lineTo(query.interface);
    const request = arpRequest(query);
    for (let sent = 0; sent < REQUESTS; sent++) {
      sendRequest(line.descriptor, request, query.interface.name);
      const found = this.#awaitReply(line, query.address);
      if (found) return found;
    }
    return undefined;
  }

  #lineTo({ index, name }: NetworkInterface): ArpLine {
    const known = this.#lines.get(index);
    if (known) return known;
    const descriptor = openPacketSocket(EtherProtocol.NONE);
    const error = bindSocket(descriptor, packetAddress(index, EtherProtocol.ARP));
    if (error !== 0) {
      closeSocket(descriptor);
      throw systemError(`send ARP requests on ${name}`, error);
    }
    const line = { descriptor, poller: new Poller() };
    line.poller.watch(descriptor);
    this.#lines.set(index, line);
    return line;
  }

  #awaitReply({ descriptor, poller }: ArpLine, address: Uint8Array): Uint8Array | undefined {
    const deadline = this.#clock.now() + REQUEST_INTERVAL;
    for (;;) {
      const left = deadline - this.#clock.now();
      if (left <= 0) return undefined;
      poller.sleepUntilReadable(left);
      const found = this.#readReplies(descriptor, address);
      if (found) return found;
    }
  }

  #readReplies(descriptor: number, address: Uint8Array): Uint8Array | undefined {
    const frame = new Uint8Array(ARP_FRAME);
    for (;;) {
      const length = Number(libc().recv(descriptor, frame, BigInt(ARP_FRAME), MSG_DONTWAIT));
      if (length < 0) return undefined;
      if (isReplyFrom(frame, length, address)) {
        return frame.slice(ARP_SENDER_HARDWARE, ARP_SENDER_HARDWARE + HARDWARE_ADDRESS);
      }
    }
  }
}

function sendRequest(
  descriptor: number,
  request: Uint8Array<ArrayBuffer>,
  interfaceName: string,
): void {
  const sent = libc().send(descriptor, request, BigInt(request.length), 0);
  if (Number(sent) >= 0) return;
  const error = errno();
  // A full queue costs this request, as loss would: the next one follows.
  if (error === Errno.ENOBUFS || error === Errno.EAGAIN || error === Errno.EINTR) return;
  throw systemError(`send ARP requests on ${interfaceName}`, error);
}

function arpRequest({ interface: { address: own }, source, address }: NeighborQuery) {
  const frame = new Uint8Array(ARP_FRAME);
  const view = new DataView(frame.buffer);
  frame.fill(0xff, 0, HARDWARE_ADDRESS);
  frame.set(own, HARDWARE_ADDRESS);
  view.setUint16(12, EtherProtocol.ARP);
  view.setUint16(14, 1);
  view.setUint16(16, EtherProtocol.IPV4);
  view.setUint16(18, 0x0604);
  view.setUint16(ARP_OPERATION, 1);
  frame.set(own, ARP_SENDER_HARDWARE);
  frame.set(source, ARP_SENDER_ADDRESS);
  frame.set(address, ARP_TARGET_ADDRESS);
  return frame;
}

function isReplyFrom(frame: Uint8Array, length: number, address: Uint8Array): boolean {
  if (length < ARP_FRAME || frame[ARP_OPERATION + 1] !== ARP_REPLY) return false;
  return address.every((byte, index) => frame[ARP_SENDER_ADDRESS + index] === byte);
}
