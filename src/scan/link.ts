/**
 * The seam between the scanner and a network: the real one (`ffi/native_link.ts`) and the virtual
 * one (`sim/sim_link.ts`) implement {@linkcode Link}. It speaks IP packets; link headers, next hops
 * and sockets are the link's own business.
 */
import type { Micros } from "units";

/** Bytes free before the IP header in every slot, for the link's own header (Ethernet: 14). */
export const HEADROOM = 16;

/** Bytes of one slot: headroom, an IP packet of up to 1,500 bytes, rest padding. */
export const SLOT_SIZE = 1_664;

/** Slots in a batch: `sendmmsg` gains nothing beyond 64 (measured: 16 already saturates). */
export const BATCH_CAPACITY = 64;

/** Bytes of the buffer for one received packet; what is longer is cut, headers never are. */
export const RECEIVE_SIZE = 2_048;

/**
 * IP packets that are about to leave. The link owns the memory (the kernel may hold its address),
 * the caller fills slots `0` to `count - 1` and calls {@linkcode Link.send}.
 *
 * The packet of slot `i` starts at `i * SLOT_SIZE + HEADROOM` of `bytes`.
 */
export class PacketBatch {
  /** All slots, one after the other. */
  readonly bytes: Uint8Array<ArrayBuffer> = new Uint8Array(BATCH_CAPACITY * SLOT_SIZE);
  /** The same bytes. */
  readonly view: DataView = new DataView(this.bytes.buffer);
  /** Bytes of each IP packet, header included. */
  readonly lengths: Uint16Array = new Uint16Array(BATCH_CAPACITY);
  /** Which {@linkcode Route} each packet takes: its `index`. */
  readonly routes: Uint32Array = new Uint32Array(BATCH_CAPACITY);
  /** How many slots are filled. */
  count = 0;
}

/** The packet that {@linkcode Link.receive} delivered last; the next call overwrites it. */
export class ReceivedPacket {
  /** Room for one packet. */
  readonly bytes: Uint8Array<ArrayBuffer> = new Uint8Array(RECEIVE_SIZE);
  /** The same bytes. */
  readonly view: DataView = new DataView(this.bytes.buffer);
  /** Where the IP header starts in `bytes`. */
  start = 0;
  /** Bytes of the IP packet that were captured, from `start`. */
  length = 0;
  /** When the kernel saw it, on the clock of {@linkcode Link.now}. */
  time: Micros = 0 as Micros;
}

/** How packets get to one destination. */
export interface Route {
  /** Names the route in {@linkcode PacketBatch.routes}. */
  readonly index: number;
  /** Source address to use, 4 or 16 bytes. */
  readonly source: Uint8Array;
  /** Largest IP packet in bytes. */
  readonly mtu: number;
  /** Name of the interface, for messages. */
  readonly interfaceName: string;
  /** True for the machine's own addresses (loopback). */
  readonly local: boolean;
  /** False where the next hop did not answer ARP or ND: the target cannot be reached. */
  readonly reachable: boolean;
  /** Hardware address of the next hop as `aa:bb:cc:dd:ee:ff`, where the link has such. */
  readonly hardwareAddress?: string;
  /** True where the target is on the own link, so that `hardwareAddress` is its own. */
  readonly onLink: boolean;
}

/** What a link could not do for outside reasons; `message` names the remedy. */
export class LinkError extends Error {
  /** Name of the class. */
  override name = "LinkError";
  /** Which kind of trouble, for exit codes and tests. */
  readonly code: "no-route" | "no-rights" | "no-interface" | "down" | "address" | "system";

  /** Says which kind of trouble it is; the message names the remedy. */
  constructor(code: LinkError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** Counters that a link keeps from its opening on. */
export interface LinkCounters {
  /** Packets handed to the kernel. */
  sent: number;
  /** Packets that the capture delivered. */
  received: number;
  /** Packets that the capture lost because it was full (pcap_stats; read every 100 ms). */
  captureDropped: number;
  /** Times the kernel took fewer packets than offered (ENOBUFS, EAGAIN). */
  sendRefused: number;
}

/** A way to send IP packets and to see those that come back. Not thread-safe, one per worker. */
export interface Link {
  /** Packets to send; owned by the link. */
  readonly outgoing: PacketBatch;
  /** The packet received last; owned by the link. */
  readonly incoming: ReceivedPacket;
  /** What it has done so far. */
  readonly counters: Readonly<LinkCounters>;

  /** CLOCK_MONOTONIC in µs (virtual time in the simulator). */
  now(): Micros;

  /**
   * Finds the way to an address (4 or 16 bytes) and keeps it for sending. Blocks while the next
   * hop is looked up (ARP), 1.5 s at most.
   *
   * @throws {LinkError} If there is no route, or the interface is gone.
   */
  route(destination: Uint8Array): Route;

  /**
   * Like {@linkcode route}, but does not wait for the next hop: where its hardware address is not
   * known, the route comes back as not reachable, and {@linkcode solicit} asks for it.
   *
   * @throws {LinkError} If there is no route, or the interface is gone.
   */
  findRoute(destination: Uint8Array): Route;

  /** Asks once for the next hop of a route that is not reachable (ARP: a broadcast). */
  solicit(route: Route): void;

  /** The next route, made reachable, whose next hop has answered; undefined if there is none. */
  pollReachable(): Route | undefined;

  /**
   * Sends the packets of {@linkcode outgoing}, in order.
   *
   * @returns How many the kernel took. Fewer than `outgoing.count` means that its queue is full:
   * the rest has not left and may be offered again, later.
   * @throws {LinkError} If the interface is gone or rights were lost.
   */
  send(): number;

  /**
   * Loads the next captured packet into {@linkcode incoming}.
   *
   * @returns False when the capture is empty.
   * @throws {LinkError} `down` if an interface was switched off or is gone.
   */
  receive(): boolean;

  /** Sleeps until `deadline` at the latest; may return early when a packet has arrived. */
  wait(deadline: Micros): void;

  /** Gives everything back. Calling it twice is harmless. */
  close(): void;
}
