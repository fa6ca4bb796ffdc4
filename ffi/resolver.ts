/**
 * Turns names into addresses the way every program on this machine does (getaddrinfo: hosts file,
 * DNS, whatever nsswitch.conf says). The lookup runs on a thread of its own, since it may take
 * seconds.
 */
import { ADDRINFO, SOCKADDR_IN } from "./layout.ts";
import { AddressFamily, SocketType } from "./socket.ts";

const SYMBOLS = {
  getaddrinfo: {
    parameters: [
      "buffer", /* const char *node */
      "pointer", /* const char *service */
      "buffer", /* const struct addrinfo *hints */
      "buffer", /* struct addrinfo **result */
    ],
    result: "i32",
    nonblocking: true,
  },
  freeaddrinfo: { parameters: ["pointer" /* struct addrinfo *result */], result: "void" },
  gaiStrerror: {
    name: "gai_strerror",
    parameters: ["i32" /* int error */],
    result: "pointer",
  },
} as const;

/** A name that has no address; the message is the system's reason. */
export class ResolveError extends Error {
  override name = "ResolveError";
}

/**
 * IPv4 addresses of a name, in the order in which the system prefers them, each once.
 *
 * @throws {ResolveError} If the name has none.
 */
export async function resolveName(name: string): Promise<Uint8Array[]> {
  // The table of the scanning workers does without these three.
  const library = Deno.dlopen("libc.so.6", SYMBOLS);
  try {
    const hints = new Uint8Array(ADDRINFO.SIZE);
    const view = new DataView(hints.buffer);
    view.setInt32(ADDRINFO.FAMILY, AddressFamily.INET, true);
    // One entry per address instead of one per kind of socket.
    view.setInt32(ADDRINFO.SOCKET_TYPE, SocketType.STREAM, true);
    const list = new BigUint64Array(1);
    const node = new TextEncoder().encode(`${name}\0`);
    const status = await library.symbols.getaddrinfo(node, null, hints, list);
    if (status !== 0) throw refused(library.symbols.gaiStrerror(status));
    const first = Deno.UnsafePointer.create(list[0]!);
    const addresses = readList(first);
    library.symbols.freeaddrinfo(first);
    return addresses;
  } finally {
    library.close();
  }
}

function readList(first: Deno.PointerValue): Uint8Array[] {
  const addresses = new Map<string, Uint8Array>();
  let entry = first;
  while (entry !== null) {
    const view = new Deno.UnsafePointerView(entry);
    const socketAddress = view.getPointer(ADDRINFO.ADDRESS);
    if (view.getInt32(ADDRINFO.FAMILY) === AddressFamily.INET && socketAddress !== null) {
      const address = new Uint8Array(4);
      new Deno.UnsafePointerView(socketAddress).copyInto(address, SOCKADDR_IN.ADDRESS);
      addresses.set(address.join("."), address);
    }
    entry = view.getPointer(ADDRINFO.NEXT);
  }
  return [...addresses.values()];
}

function refused(reason: Deno.PointerValue): ResolveError {
  return new ResolveError(
    reason === null ? "unknown reason" : Deno.UnsafePointerView.getCString(reason),
  );
}
