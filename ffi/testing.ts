/**
 * Help for the tests of this folder: two network namespaces joined by a veth pair, and a way to run
 * synchronous code inside one of them. Everything is given back when the network is closed. The
 * libraries are opened when this module loads, so that no test seems to leak them.
 */
import { assert } from "assertion";
import type { Link, Route } from "scan/link.ts";
import { HEADROOM, SLOT_SIZE } from "scan/link.ts";
import { ipv4ToNumber, parseIpv4 } from "wire/address.ts";
import { IPV4_LENGTH, Protocol, writeIpv4 } from "wire/ipv4.ts";
import { TcpFlag, tcpSegmentLength, writeTcp } from "wire/tcp.ts";
import { errno, libc } from "./libc.ts";
import { libpcap } from "./libpcap.ts";

/** `CLONE_NEWNET`. */
const CLONE_NEWNET = 0x4000_0000;

/** Flags of open(2), and what makes a tun device (linux/if_tun.h). */
const O_RDWR = 2;
const O_NONBLOCK = 0o4000;
const TUNSETIFF = 0x4004_54can;
const IFF_TUN = 1;
const IFF_NO_PI = 0x1000;

const library = Deno.dlopen("libc.so.6", {
  setns: { parameters: ["i32", /* int fd */ "i32" /* int nstype */], result: "i32" },
  open: { parameters: ["buffer", /* const char *path */ "i32" /* int flags */], result: "i32" },
  close: { parameters: ["i32" /* int fd */], result: "i32" },
  ioctl: {
    parameters: ["i32", /* int fd */ "u64", /* request */ "buffer" /* void *argument */],
    result: "i32",
  },
  read: {
    parameters: ["i32", /* int fd */ "buffer", /* void *bytes */ "usize" /* size_t length */],
    result: "isize",
  },
  write: {
    parameters: ["i32", /* int fd */ "buffer", /* const void *b */ "usize" /* size_t length */],
    result: "isize",
  },
});

libc();
libpcap();

let networks = 0;

/**
 * A test that needs root and network namespaces. It is skipped for other users, unless
 * `PORTBUNNY_REQUIRE_LAB` says that skipping is a failure.
 */
export function labTest(name: string, action: () => void): void {
  testIf(Deno.uid() === 0, { name, needs: "root" }, action);
}

/** The same for a test that makes tun devices: a user namespace may not reach their file. */
export function tunTest(name: string, action: () => void): void {
  testIf(Deno.uid() === 0 && hasTun(), { name, needs: "root and /dev/net/tun" }, action);
}

function testIf(
  isPossible: boolean,
  { name, needs }: { name: string; needs: string },
  action: () => void,
): void {
  const skip = !isPossible && Deno.env.get("PORTBUNNY_REQUIRE_LAB") !== "1";
  Deno.test(skip ? `${name} (needs ${needs})` : name, { ignore: skip }, action);
}

function hasTun(): boolean {
  try {
    Deno.openSync("/dev/net/tun", { read: true, write: true }).close();
    return true;
  } catch {
    return false;
  }
}

/** Runs a command of the system and returns what it prints. */
export function run(...command: string[]): string {
  const [program, ...args] = command;
  assert(program !== undefined);
  const { success, stdout, stderr } = new Deno.Command(program, { args }).outputSync();
  if (!success) {
    throw new Error(`${command.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  }
  return new TextDecoder().decode(stdout);
}

/** Runs a script in a process of its own, started by the words of `prefix`; returns its output. */
export function evaluate(script: string, prefix: string[]): string {
  const config = new URL("../deno.json", import.meta.url).pathname;
  return run(...prefix, Deno.execPath(), "eval", "--quiet", `--config=${config}`, script);
}

/** Two namespaces, `near` 192.0.2.1/24 and `far` 192.0.2.2/24, with `veth0` in each. */
export class TestNetwork implements Disposable {
  readonly near: string;
  readonly far: string;

  constructor() {
    // The lab's form of names: what a killed run leaves behind is removed by the next lab.
    const name = `pblab${Deno.pid}-ffi${networks++}`;
    this.near = `${name}n`;
    this.far = `${name}f`;
    run("ip", "netns", "add", this.near);
    run("ip", "netns", "add", this.far);
    this.ip(this.near, "link add veth0 type veth peer name veth0 netns", this.far);
    for (const [namespace, address] of [[this.near, 1], [this.far, 2]] as const) {
      this.ip(namespace, `address add 192.0.2.${address}/24 dev veth0`);
      this.ip(namespace, "link set lo up");
      this.ip(namespace, "link set veth0 up");
    }
  }

  /** Runs `ip` in a namespace; words may be given in one string. */
  ip(namespace: string, ...words: string[]): string {
    return run("ip", "-n", namespace, ...words.join(" ").split(" "));
  }

  /** Runs any command in a namespace. */
  exec(namespace: string, ...command: string[]): string {
    return run("ip", "netns", "exec", namespace, ...command);
  }

  [Symbol.dispose](): void {
    run("ip", "netns", "delete", this.near);
    run("ip", "netns", "delete", this.far);
  }
}

/** Runs synchronous code with this thread in a network namespace. */
export function inNamespace<T>(name: string, action: () => T): T {
  const before = openFile("/proc/thread-self/ns/net");
  const inside = openFile(`/run/netns/${name}`);
  try {
    enter(inside);
    return action();
  } finally {
    enter(before);
    library.symbols.close(inside);
    library.symbols.close(before);
  }
}

/** A tun device with this process at its other end; made in the namespace of the caller. */
export class TunDevice implements Disposable {
  readonly #descriptor: number;

  /** @param name Name of the interface. */
  constructor(name: string) {
    this.#descriptor = openFile("/dev/net/tun", O_RDWR | O_NONBLOCK);
    const request = new Uint8Array(40);
    request.set(new TextEncoder().encode(name));
    new DataView(request.buffer).setUint16(16, IFF_TUN | IFF_NO_PI, true);
    const status = library.symbols.ioctl(this.#descriptor, TUNSETIFF, request);
    assert(status === 0, `Cannot make a tun device: errno ${errno()}`);
  }

  /** The packet that has been sent into the device next, or `undefined`. */
  read(): Uint8Array<ArrayBuffer> | undefined {
    const bytes = new Uint8Array(2_048);
    const length = Number(library.symbols.read(this.#descriptor, bytes, BigInt(bytes.length)));
    return length < 0 ? undefined : bytes.slice(0, length);
  }

  /** Lets a packet come out of the device. */
  write(packet: Uint8Array<ArrayBuffer>): void {
    library.symbols.write(this.#descriptor, packet, BigInt(packet.length));
  }

  [Symbol.dispose](): void {
    library.symbols.close(this.#descriptor);
  }
}

/** The bytes of an IPv4 address. */
export function ipv4(text: string): Uint8Array {
  const bytes = parseIpv4(text);
  assert(bytes !== undefined, `"${text}" is no IPv4 address`);
  return bytes;
}

/** What a test packet says. */
export interface SynOptions {
  destination: Uint8Array;
  port: number;
  localPort: number;
  sequence?: number;
}

/** Writes a SYN into the next free slot of the link's batch. */
export function addSyn(link: Link, route: Route, options: SynOptions): void {
  const batch = link.outgoing;
  const at = batch.count * SLOT_SIZE + HEADROOM;
  const { view } = batch;
  const fields = {
    sourcePort: options.localPort,
    destinationPort: options.port,
    sequence: options.sequence ?? 1,
    acknowledgment: 0,
    flags: TcpFlag.SYN,
    window: 1024,
    mss: 1460,
    padding: 0,
  };
  const length = IPV4_LENGTH + tcpSegmentLength(fields);
  writeIpv4(view, at, {
    length,
    id: 1,
    ttl: 64,
    tos: 0,
    protocol: Protocol.TCP,
    source: ipv4ToNumber(route.source),
    destination: ipv4ToNumber(options.destination),
  });
  writeTcp(view, at + IPV4_LENGTH, fields, at);
  batch.lengths[batch.count] = length;
  batch.routes[batch.count] = route.index;
  batch.count++;
}

/** Receives until `count` packets have come or two seconds are over; calls back for each. */
export function receiveUntil(link: Link, count: number, seen: (start: number) => void): number {
  const end = link.now() + 2_000_000;
  let received = 0;
  while (received < count && link.now() < end) {
    while (link.receive()) {
      received++;
      seen(link.incoming.start);
    }
    link.wait(link.now() + 5_000 as ReturnType<Link["now"]>);
  }
  return received;
}

function openFile(path: string, flags = 0): number {
  const descriptor = library.symbols.open(new TextEncoder().encode(`${path}\0`), flags);
  assert(descriptor >= 0, `Cannot open ${path}`);
  return descriptor;
}

function enter(descriptor: number): void {
  const status = library.symbols.setns(descriptor, CLONE_NEWNET);
  assert(status === 0, `Cannot enter a network namespace: errno ${errno()}`);
}
