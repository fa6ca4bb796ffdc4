/**
 * Holds local TCP ports by bound sockets, so that no other program on the machine is given them
 * while a scan sends from them. Nothing listens on them: the kernel answers SYN-ACKs with RST.
 */
import { LinkError } from "scan/link.ts";
import { type Port, port, PORT_COUNT } from "units";
import {
  AddressFamily,
  bindSocket,
  closeSocket,
  internetAddress,
  openSocket,
  SocketType,
} from "./socket.ts";
import { Errno, systemError } from "./system_error.ts";

/** Where the kernel says which ports it gives to outgoing connections. */
const EPHEMERAL_RANGE_FILE = "/proc/sys/net/ipv4/ip_local_port_range";

/** Linux's default, for the case that the file cannot be read. */
const DEFAULT_EPHEMERAL_RANGE = { first: 32_768, last: 60_999 } as const;

/** Ports below are for services, and need rights of their own. */
const FIRST_PORT = 1_024;

/** A span of ports, both ends included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** A run of consecutive local ports, held until it is closed. */
export class PortReservation {
  /** First port of the run. */
  readonly first: Port;
  /** How many there are. */
  readonly count: number;
  #sockets: number[];

  constructor(first: Port, sockets: number[]) {
    this.first = first;
    this.count = sockets.length;
    this.#sockets = sockets;
  }

  /** Lets the ports go. Calling it twice is harmless. */
  close(): void {
    for (const socket of this.#sockets) closeSocket(socket);
    this.#sockets = [];
  }
}

/**
 * Holds `count` consecutive ports outside the range of outgoing connections.
 *
 * @throws {LinkError} `address` if no such run is free.
 */
export function reservePorts(count: number): PortReservation {
  for (const range of candidateRanges(ephemeralRange())) {
    const reservation = reserveWithin(range, count);
    if (reservation) return reservation;
  }
  throw new LinkError(
    "address",
    `Cannot hold ${count} local ports in a row: too many are in use. Give one with -g PORT.`,
  );
}

/** Where to look, best first: above the ephemeral range, below it, and in it if need be. */
export function candidateRanges(ephemeral: PortRange): PortRange[] {
  return [
    { first: ephemeral.last + 1, last: PORT_COUNT - 1 },
    { first: FIRST_PORT, last: ephemeral.first - 1 },
    // Bound ports are not given to others, so this is safe too, only more crowded.
    { first: Math.max(ephemeral.first, FIRST_PORT), last: ephemeral.last },
  ];
}

/** Reads "32768\t60999"; the default if it says something else. */
export function parseEphemeralRange(text: string): PortRange {
  const match = /^\s*(\d+)\s+(\d+)\s*$/.exec(text);
  if (!match) return DEFAULT_EPHEMERAL_RANGE;
  return { first: Number(match[1]), last: Number(match[2]) };
}

function ephemeralRange(): PortRange {
  try {
    return parseEphemeralRange(Deno.readTextFileSync(EPHEMERAL_RANGE_FILE));
  } catch {
    return DEFAULT_EPHEMERAL_RANGE;
  }
}

/** Tries every run in the range, from a random one on: answers to an earlier scan go elsewhere. */
function reserveWithin(range: PortRange, count: number): PortReservation | undefined {
  const runs = range.last - range.first + 2 - count;
  if (runs <= 0) return undefined;
  const start = crypto.getRandomValues(new Uint32Array(1))[0]! % runs;
  for (let tried = 0; tried < runs;) {
    const first = range.first + (start + tried) % runs;
    const sockets: number[] = [];
    const held = holdRun(first, count, sockets);
    if (held === count) return new PortReservation(port(first), sockets);
    for (const socket of sockets) closeSocket(socket);
    // The port behind the held ones is taken: no run that contains it can succeed.
    tried += held + 1;
  }
  return undefined;
}

/** Holds ports from `first` on until one is taken; returns how many were free. */
function holdRun(first: number, count: number, sockets: number[]): number {
  for (let held = 0; held < count; held++) {
    const socket = openSocket("hold a local port", {
      family: AddressFamily.INET,
      type: SocketType.STREAM,
      protocol: 0,
    });
    sockets.push(socket);
    const error = bindSocket(socket, internetAddress(new Uint8Array(4), first + held));
    if (error === 0) continue;
    if (error === Errno.EADDRINUSE || error === Errno.EACCES) return held;
    for (const one of sockets.splice(0)) closeSocket(one);
    throw systemError("hold a local port", error);
  }
  return count;
}
