/**
 * Sockets by descriptor: opening, options, binding, closing, with errors that name the remedy.
 * What is sent or received over them is the business of the modules that open them.
 */
import { SOCKADDR_IN, SOCKADDR_LL } from "./layout.ts";
import { errno, libc } from "./libc.ts";
import { systemError } from "./system_error.ts";

/** Address families (bits/socket.h). */
export const AddressFamily = { INET: 2, INET6: 10, NETLINK: 16, PACKET: 17 } as const;

/** Socket types, and the flag that keeps child processes from inheriting one. */
export const SocketType = { STREAM: 1, DATAGRAM: 2, RAW: 3, CLOEXEC: 0o2000000 } as const;

/** Levels and names of the options that the edge sets. */
export const SocketOption = {
  SOL_SOCKET: 1,
  SO_ERROR: 4,
  SO_SNDBUF: 7,
  SO_RCVTIMEO: 20,
  SO_BINDTODEVICE: 25,
  SO_ATTACH_FILTER: 26,
  SO_SNDBUFFORCE: 32,
  SOL_PACKET: 263,
  PACKET_STATISTICS: 6,
} as const;

/** What stands in place of an EtherType in packet sockets: receive nothing, receive all. */
export const EtherProtocol = { NONE: 0, ALL: 3 } as const;

/** `MSG_DONTWAIT`: answer EAGAIN instead of blocking. */
export const MSG_DONTWAIT = 0x40;

/**
 * Opens a socket.
 *
 * @param purpose What it is for, so that "Cannot <purpose>" is a sentence.
 * @throws {LinkError} If the kernel refuses.
 */
export function openSocket(
  purpose: string,
  { family, type, protocol }: { family: number; type: number; protocol: number },
): number {
  const descriptor = libc().socket(family, type | SocketType.CLOEXEC, protocol);
  if (descriptor < 0) throw systemError(purpose, errno());
  return descriptor;
}

/** Sets an integer option; returns 0 or the error number. */
export function setOption(descriptor: number, level: number, name: number, value: number): number {
  const bytes = Int32Array.of(value);
  return libc().setsockopt(descriptor, level, name, bytes, 4) === 0 ? 0 : errno();
}

/** Sets an option given as bytes; returns 0 or the error number. */
export function setOptionBytes(
  descriptor: number,
  level: number,
  name: number,
  value: Uint8Array<ArrayBuffer>,
): number {
  return libc().setsockopt(descriptor, level, name, value, value.length) === 0 ? 0 : errno();
}

/** The error that waits on a socket, which reading it clears; 0 if there is none. */
export function pendingError(descriptor: number): number {
  const value = new Int32Array(1);
  const length = Uint32Array.of(4);
  libc().getsockopt(
    descriptor,
    SocketOption.SOL_SOCKET,
    SocketOption.SO_ERROR,
    value,
    length,
  );
  return value[0]!;
}

/** Packets that a packet socket has passed and lost since the last call. */
export function packetStatistics(descriptor: number): { received: number; dropped: number } {
  const values = new Uint32Array(2);
  const length = Uint32Array.of(values.byteLength);
  const { SOL_PACKET, PACKET_STATISTICS } = SocketOption;
  libc().getsockopt(descriptor, SOL_PACKET, PACKET_STATISTICS, values, length);
  return { received: values[0]!, dropped: values[1]! };
}

/**
 * Makes the send buffer as large as asked for; without CAP_NET_ADMIN as large as the system
 * allows, which only means smaller batches when a queue is full.
 */
export function enlargeSendBuffer(descriptor: number, bytes: number): void {
  const { SOL_SOCKET, SO_SNDBUFFORCE, SO_SNDBUF } = SocketOption;
  if (setOption(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, bytes) !== 0) {
    setOption(descriptor, SOL_SOCKET, SO_SNDBUF, bytes);
  }
}

/** Binds a socket; returns 0 or the error number. */
export function bindSocket(descriptor: number, address: Uint8Array<ArrayBuffer>): number {
  return libc().bind(descriptor, address, address.length) === 0 ? 0 : errno();
}

/** Closes a descriptor. */
export function closeSocket(descriptor: number): void {
  libc().close(descriptor);
}

/** A `sockaddr_in`. */
export function internetAddress(address: Uint8Array, port: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(SOCKADDR_IN.SIZE);
  bytes[SOCKADDR_IN.FAMILY] = AddressFamily.INET;
  new DataView(bytes.buffer).setUint16(SOCKADDR_IN.PORT, port);
  bytes.set(address, SOCKADDR_IN.ADDRESS);
  return bytes;
}

/** A `sockaddr_ll` for one interface and one protocol. */
export function packetAddress(interfaceIndex: number, protocol: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(SOCKADDR_LL.SIZE);
  const view = new DataView(bytes.buffer);
  view.setUint16(SOCKADDR_LL.FAMILY, AddressFamily.PACKET, true);
  view.setUint16(SOCKADDR_LL.PROTOCOL, protocol);
  view.setInt32(SOCKADDR_LL.INTERFACE, interfaceIndex, true);
  return bytes;
}
