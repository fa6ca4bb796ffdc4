/**
 * Questions to the kernel about routes, links, addresses and neighbours (rtnetlink(7)): one
 * request, its answers, synchronously. What they mean is said by the modules that ask.
 */
import { assert } from "assertion";
import { NLMSGHDR } from "./layout.ts";
import { errno, libc } from "./libc.ts";
import {
  AddressFamily,
  closeSocket,
  openSocket,
  setOptionBytes,
  SocketOption,
  SocketType,
} from "./socket.ts";
import { Errno, systemError } from "./system_error.ts";

/** Requests (linux/rtnetlink.h). */
export const NetlinkRequest = {
  GET_LINK: 18,
  GET_ADDRESS: 22,
  GET_ROUTE: 26,
  GET_NEIGHBOR: 30,
} as const;

const NETLINK_ROUTE = 0;
const NLM_F_REQUEST = 1;
const NLM_F_DUMP = 0x300;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;

/** Largest datagram of a dump; the kernel makes none above 32 KiB. */
const BUFFER_SIZE = 65_536;

/** The kernel answers at once; an answer that takes seconds will not come. */
const TIMEOUT_SECONDS = 2n;

/** Bytes of an attribute's header: length u16, type u16. */
const ATTRIBUTE_HEADER = 4;

/** Attributes of a message by type; the last one wins. */
export type Attributes = Map<number, Uint8Array>;

/** A message from the kernel, without its netlink header. */
export interface NetlinkMessage {
  readonly body: DataView;
}

/** A conversation with the kernel. */
export class Netlink {
  readonly #descriptor: number;
  readonly #buffer = new Uint8Array(BUFFER_SIZE);
  #sequence = 0;

  /** @throws {LinkError} If the kernel refuses the socket. */
  constructor() {
    this.#descriptor = openSocket("ask the kernel for routes", {
      family: AddressFamily.NETLINK,
      type: SocketType.RAW,
      protocol: NETLINK_ROUTE,
    });
    const timeout = new Uint8Array(BigInt64Array.of(TIMEOUT_SECONDS, 0n).buffer);
    setOptionBytes(
      this.#descriptor,
      SocketOption.SOL_SOCKET,
      SocketOption.SO_RCVTIMEO,
      timeout,
    );
  }

  /** Asks for one thing; an error number (positive) if the kernel has no such thing. */
  get(type: number, body: Uint8Array): NetlinkMessage | number {
    this.#send(type, NLM_F_REQUEST, body);
    const messages: NetlinkMessage[] = [];
    for (;;) {
      const status = this.#receive(messages);
      if (status > 0) return status;
      const first = messages[0];
      if (first) return first;
    }
  }

  /**
   * Asks for all things of a kind.
   *
   * @throws {LinkError} If the kernel refuses.
   */
  dump(type: number, body: Uint8Array): NetlinkMessage[] {
    this.#send(type, NLM_F_REQUEST | NLM_F_DUMP, body);
    const messages: NetlinkMessage[] = [];
    for (;;) {
      const status = this.#receive(messages);
      if (status > 0) throw systemError("read the kernel's tables", status);
      if (status === 0) return messages;
    }
  }

  /** Ends the conversation. */
  close(): void {
    closeSocket(this.#descriptor);
  }

  #send(type: number, flags: number, body: Uint8Array): void {
    const bytes = new Uint8Array(NLMSGHDR.SIZE + body.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(NLMSGHDR.LENGTH, bytes.length, true);
    view.setUint16(NLMSGHDR.TYPE, type, true);
    view.setUint16(NLMSGHDR.FLAGS, flags, true);
    view.setUint32(NLMSGHDR.SEQUENCE, ++this.#sequence, true);
    bytes.set(body, NLMSGHDR.SIZE);
    const sent = libc().send(this.#descriptor, bytes, BigInt(bytes.length), 0);
    if (Number(sent) < 0) throw systemError("ask the kernel for routes", errno());
  }

  /** Reads one datagram: −1 while more may follow, 0 at the end, else the kernel's error number. */
  #receive(messages: NetlinkMessage[]): number {
    const length = this.#receiveBytes();
    const view = new DataView(this.#buffer.buffer);
    let at = 0;
    while (at + NLMSGHDR.SIZE <= length) {
      const size = view.getUint32(at + NLMSGHDR.LENGTH, true);
      const type = view.getUint16(at + NLMSGHDR.TYPE, true);
      if (size < NLMSGHDR.SIZE || at + size > length) break;
      if (view.getUint32(at + NLMSGHDR.SEQUENCE, true) === this.#sequence) {
        if (type === NLMSG_DONE) return 0;
        if (type === NLMSG_ERROR) return -view.getInt32(at + NLMSGHDR.SIZE, true);
        // The buffer is used again: the message gets a copy.
        const body = this.#buffer.slice(at + NLMSGHDR.SIZE, at + size);
        messages.push({ body: new DataView(body.buffer) });
      }
      at += align(size);
    }
    return -1;
  }

  #receiveBytes(): number {
    for (;;) {
      const buffer = this.#buffer;
      const length = Number(libc().recv(this.#descriptor, buffer, BigInt(buffer.length), 0));
      if (length >= 0) return length;
      const error = errno();
      if (error !== Errno.EINTR) throw systemError("read the kernel's routes", error);
    }
  }
}

/** A fixed message head followed by attributes, as bytes to send. */
export function netlinkBody(
  head: Uint8Array,
  attributes: ReadonlyArray<readonly [type: number, value: Uint8Array]>,
): Uint8Array {
  let size = head.length;
  for (const [, value] of attributes) size += align(ATTRIBUTE_HEADER + value.length);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes.set(head);
  let at = head.length;
  for (const [type, value] of attributes) {
    view.setUint16(at, ATTRIBUTE_HEADER + value.length, true);
    view.setUint16(at + 2, type, true);
    bytes.set(value, at + ATTRIBUTE_HEADER);
    at += align(ATTRIBUTE_HEADER + value.length);
  }
  assert(at === size);
  return bytes;
}

/** The attributes that follow a message's head of `headSize` bytes. */
export function readAttributes(body: DataView, headSize: number): Attributes {
  const attributes: Attributes = new Map();
  let at = headSize;
  while (at + ATTRIBUTE_HEADER <= body.byteLength) {
    const size = body.getUint16(at, true);
    if (size < ATTRIBUTE_HEADER || at + size > body.byteLength) break;
    // The two top bits say "nested" and "network order"; the rest is the type.
    const type = body.getUint16(at + 2, true) & 0x3fff;
    const offset = body.byteOffset + at + ATTRIBUTE_HEADER;
    attributes.set(type, new Uint8Array(body.buffer, offset, size - ATTRIBUTE_HEADER));
    at += align(size);
  }
  return attributes;
}

/** A 32-bit number out of an attribute, in the machine's byte order. */
export function attributeNumber(value: Uint8Array): number {
  return new DataView(value.buffer, value.byteOffset, value.byteLength).getUint32(0, true);
}

/** The bytes of a 32-bit number in the machine's byte order. */
export function numberAttribute(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

function align(size: number): number {
  return (size + 3) & ~3;
}
