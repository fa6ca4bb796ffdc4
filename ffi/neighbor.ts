/**
 * Finds the hardware address of a next hop: in the kernel's neighbour table if it is there, by ARP
 * requests of our own otherwise, so that a scan does not fill that small table.
 */
import { MILLISECOND } from "units";
import {
  ARP_LENGTH,
  ARP_SENDER_ADDRESS,
  ARP_SENDER_HARDWARE,
  ArpOperation,
  arpOperation,
  writeArpRequest,
} from "wire/arp.ts";
import { IPV4_BYTES } from "wire/address.ts";
import { ETHERNET_LENGTH, EtherType, writeEthernet } from "wire/ethernet.ts";
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

/** Bytes of an ARP message with its Ethernet header. */
const ARP_FRAME = ETHERNET_LENGTH + ARP_LENGTH;

/** Bytes of a hardware address. */
const HARDWARE_ADDRESS = 6;

/** Where a request goes: to all machines of the link. */
const BROADCAST = new Uint8Array(HARDWARE_ADDRESS).fill(0xff);

/** What a search for a neighbour needs. */
export interface NeighborQuery {
  interface: NetworkInterface;
  /** Our IPv4 address on that link. */
  source: Uint8Array;
  /** IPv4 address of the next hop. */
  address: Uint8Array;
}

/** A machine on an own link that has answered. */
export interface Neighbor {
  readonly interfaceIndex: number;
  readonly address: Uint8Array;
  readonly hardware: Uint8Array;
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
  readonly #frame = new Uint8Array(ARP_FRAME);

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
    return this.known(query) ?? this.#ask(query);
  }

  /** The hardware address of a next hop, if the kernel knows it. */
  known({ interface: { index }, address }: NeighborQuery): Uint8Array | undefined {
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

  /**
   * Asks once; the answer comes by {@linkcode NeighborFinder.poll}.
   *
   * @throws {LinkError} If the interface goes down.
   */
  solicit(query: NeighborQuery): void {
    const line = this.#lineTo(query.interface);
    sendRequest(line.descriptor, arpRequest(query), query.interface.name);
  }

  /** The next answer that has come, whoever asked for it; undefined if there is none. */
  poll(): Neighbor | undefined {
    for (const [interfaceIndex, { descriptor }] of this.#lines) {
      const found = readReply(descriptor, this.#frame);
      if (found) return { interfaceIndex, ...found };
    }
    return undefined;
  }

  /** Gives the sockets back. */
  close(): void {
    for (const { descriptor } of this.#lines.values()) closeSocket(descriptor);
    this.#lines.clear();
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
    const error = bindSocket(descriptor, packetAddress(index, EtherType.ARP));
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
      for (let it = this.#read(descriptor); it; it = this.#read(descriptor)) {
        if (it.address.every((byte, index) => byte === address[index])) return it.hardware;
      }
    }
  }

  #read(descriptor: number): Omit<Neighbor, "interfaceIndex"> | undefined {
    return readReply(descriptor, this.#frame);
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

function arpRequest(
  { interface: { address: hardware }, source, address }: NeighborQuery,
): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(ARP_FRAME);
  writeEthernet(frame, 0, { destination: BROADCAST, source: hardware, type: EtherType.ARP });
  writeArpRequest(frame, ETHERNET_LENGTH, { hardware, sender: source, target: address });
  return frame;
}

/** The next ARP reply that a socket holds, whosever it is; undefined if there is none. */
function readReply(
  descriptor: number,
  frame: Uint8Array<ArrayBuffer>,
): Omit<Neighbor, "interfaceIndex"> | undefined {
  for (;;) {
    const length = Number(libc().recv(descriptor, frame, BigInt(ARP_FRAME), MSG_DONTWAIT));
    if (length < 0) return undefined;
    const view = new DataView(frame.buffer);
    if (length < ARP_FRAME || arpOperation(view, ETHERNET_LENGTH) !== ArpOperation.REPLY) continue;
    const hardware = ETHERNET_LENGTH + ARP_SENDER_HARDWARE;
    const address = ETHERNET_LENGTH + ARP_SENDER_ADDRESS;
    return {
      hardware: frame.slice(hardware, hardware + HARDWARE_ADDRESS),
      address: frame.slice(address, address + IPV4_BYTES),
    };
  }
}
