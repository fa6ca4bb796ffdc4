/**
 * Sizes and offsets of the C structures that cross the border, for 64-bit little-endian Linux
 * (x86-64 and aarch64 agree on all of these). Sources: the kernel's uapi headers and glibc; the
 * compiler's `offsetof` gave the same numbers.
 */
import { assert } from "assertion";

/** `struct sockaddr_in`: family u16, port u16 (network order), address 4 bytes, zeros. */
export const SOCKADDR_IN = { SIZE: 16, FAMILY: 0, PORT: 2, ADDRESS: 4 } as const;

/** `struct sockaddr_ll`: family, protocol (network order), interface index, type, address. */
export const SOCKADDR_LL = {
  SIZE: 20,
  FAMILY: 0,
  PROTOCOL: 2,
  INTERFACE: 4,
  HARDWARE_TYPE: 8,
  PACKET_TYPE: 10,
  ADDRESS_LENGTH: 11,
  ADDRESS: 12,
} as const;

/** `struct iovec`: base address, length. */
export const IOVEC = { SIZE: 16, BASE: 0, LENGTH: 8 } as const;

/** `struct mmsghdr`: a `struct msghdr` of 56 bytes, `msg_len`, padding. */
export const MMSGHDR = {
  SIZE: 64,
  NAME: 0,
  NAME_LENGTH: 8,
  IOVEC: 16,
  IOVEC_COUNT: 24,
} as const;

/** `struct pollfd`: descriptor i32, events i16, revents i16. */
export const POLLFD = { SIZE: 8, DESCRIPTOR: 0, EVENTS: 4 } as const;

/** `struct timespec`: seconds i64, nanoseconds i64. */
export const TIMESPEC = { SIZE: 16, SECONDS: 0, NANOSECONDS: 8 } as const;

/** `struct pcap_pkthdr`: a timeval of two i64, captured length u32, length u32. */
export const PCAP_PKTHDR = { SIZE: 24, SECONDS: 0, MICROSECONDS: 8, CAPTURED: 16 } as const;

/** `struct bpf_program` and `struct sock_fprog`: count, padding, address. */
export const BPF_PROGRAM = { SIZE: 16, COUNT: 0, INSTRUCTIONS: 8 } as const;

/** `struct tpacket2_hdr`; the two data offsets are u16 each, the link header's first. */
export const TPACKET2_HDR = {
  SIZE: 32,
  STATUS: 0,
  CAPTURED: 8,
  DATA_OFFSETS: 12,
  SECONDS: 16,
  NANOSECONDS: 20,
} as const;

/** `struct pcap_stat`: received u32, dropped u32, dropped by the interface u32. */
export const PCAP_STAT = { SIZE: 12, DROPPED: 4 } as const;

/** `struct addrinfo`. */
export const ADDRINFO = { SIZE: 48, FAMILY: 4, SOCKET_TYPE: 8, ADDRESS: 24, NEXT: 40 } as const;

/** `struct nlmsghdr`: length u32, type u16, flags u16, sequence u32, port u32. */
export const NLMSGHDR = { SIZE: 16, LENGTH: 0, TYPE: 4, FLAGS: 6, SEQUENCE: 8 } as const;

assert(
  new Uint8Array(Uint16Array.of(1).buffer)[0] === 1,
  "The layouts of C structures are those of little-endian machines",
);
assert(
  Deno.build.os === "linux" && (Deno.build.arch === "x86_64" || Deno.build.arch === "aarch64"),
  `The layouts of C structures are those of 64-bit Linux, not of ${Deno.build.target}`,
);
assert(
  MMSGHDR.IOVEC_COUNT + 4 * 8 + 8 === MMSGHDR.SIZE,
  "mmsghdr: count, control, control length, flags and msg_len follow each other, 8 bytes each",
);
assert(PCAP_PKTHDR.CAPTURED === TIMESPEC.SIZE && PCAP_PKTHDR.SIZE === 24);
assert(ADDRINFO.NEXT + 8 === ADDRINFO.SIZE && ADDRINFO.ADDRESS + 2 * 8 === ADDRINFO.NEXT);

/** Where a buffer lies. The buffer must stay reachable as long as the address is in use. */
export function addressOf(buffer: Uint8Array<ArrayBuffer>): bigint {
  const pointer = Deno.UnsafePointer.of(buffer);
  assert(pointer !== null, "An empty buffer has no address");
  return Deno.UnsafePointer.value(pointer);
}
