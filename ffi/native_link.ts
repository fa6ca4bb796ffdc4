/**
 * The real network: {@linkcode Link} on Linux's sockets and libpcap. Joins the parts of this folder
 * and keeps one way per next hop; what packets mean is the scanner's business.
 */
import { assert } from "assertion";
import { type Micros, micros, MILLISECOND } from "units";
import {
  type Link,
  type LinkCounters,
  PacketBatch,
  ReceivedPacket,
  type Route,
} from "scan/link.ts";
import type { Capture } from "./capture.ts";
import { filterExpression, type PortRun } from "./capture_filter.ts";
import { Clock } from "./clock.ts";
import { libpcap } from "./libpcap.ts";
import { PacketRing } from "./packet_ring.ts";
import { Poller } from "./poller.ts";
import type { OutgoingSocket } from "./raw_socket.ts";
import { Pathfinder, type Way } from "./pathfinder.ts";
import { PcapCapture } from "./pcap_capture.ts";

export { checkRights } from "./raw_socket.ts";

/** Between two looks at what the capture has lost, and whether its interface is still up. */
const STATS_INTERVAL = 100 * MILLISECOND;

/** Packets of one drain after which the capture may have been full; it holds some 16,000. */
const FULL_DRAIN = 8_192;

/** Longest sleep: the loop has a stop flag to look at. */
const MAX_SLEEP = 50 * MILLISECOND;

/** Waits below are not worth a system call. */
const MIN_SLEEP = 50;

/** Waits above end when a packet arrives; on shorter ones a wake-up per packet costs too much. */
const SHORT_WAIT = 1 * MILLISECOND;

/** Choices for the link. */
export interface NativeLinkOptions {
  /** Interface to send by. @default {the kernel's choice for each destination} */
  interfaceName?: string;
  /** Address to send from, which has to be one of this machine's. @default {the kernel's choice} */
  source?: Uint8Array;
  /** Local ports whose answers are captured. */
  localPorts: PortRun;
  /**
   * What captures: libpcap, or a packet ring of our own.
   * @default {libpcap where the machine has it}
   */
  capture?: "libpcap" | "ring";
}

/** A link on real sockets. */
export class NativeLink implements Link {
  readonly outgoing: PacketBatch = new PacketBatch();
  readonly incoming: ReceivedPacket = new ReceivedPacket();
  /** What has passed since the link was opened. */
  readonly counters: LinkCounters = { sent: 0, received: 0, captureDropped: 0, sendRefused: 0 };
  readonly #clock: Clock = new Clock();
  readonly #poller: Poller = new Poller();
  readonly #captures: Capture[] = [];
  /** One way for each interface that is captured on. */
  readonly #capturedWays = new Map<number, Way>();
  readonly #options: NativeLinkOptions;
  readonly #pathfinder: Pathfinder;
  #draining = false;
  #captureTurn = 0;
  #nextStats = 0;
  #receivedBefore = 0;
  #closed = false;

  /**
   * Opens the link.
   *
   * @throws {LinkError} If rights are missing, or the interface or source cannot be used.
   */
  constructor(options: NativeLinkOptions) {
    this.#options = options;
    this.#pathfinder = new Pathfinder(this.outgoing, this.#clock, options);
  }

  /** CLOCK_REALTIME − CLOCK_MONOTONIC in µs, for times that people read. */
  get epoch(): number {
    return this.#clock.realtimeAhead;
  }

  now(): Micros {
    return this.#clock.now();
  }

  route(destination: Uint8Array): Route {
    const way = this.#pathfinder.find(destination, { waits: true });
    this.#captureOn(way);
    return way.route;
  }

  findRoute(destination: Uint8Array): Route {
    const way = this.#pathfinder.find(destination, { waits: false });
    this.#captureOn(way);
    return way.route;
  }

  solicit(route: Route): void {
    this.#pathfinder.solicit(route);
  }

  pollReachable(): Route | undefined {
    return this.#pathfinder.pollReachable();
  }

  send(): number {
    const { count, routes } = this.outgoing;
    const ways = this.#pathfinder.ways;
    let sent = 0;
    while (sent < count) {
      const socket = ways[routes[sent]!]!.socket;
      const end = this.#prepareRun(sent, socket);
      const taken = socket.send(sent, end);
      sent += taken;
      if (sent < end) {
        this.counters.sendRefused++;
        break;
      }
    }
    this.counters.sent += sent;
    return sent;
  }

  /**
   * Loads the next captured packet; see {@linkcode Link.receive}.
   *
   * @throws {LinkError} `down` if an interface has been switched off or is gone.
   */
  receive(): boolean {
    if (!this.#draining) this.#beginDrain();
    const captures = this.#captures;
    while (this.#captureTurn < captures.length) {
      if (captures[this.#captureTurn]!.next()) {
        this.counters.received++;
        return true;
      }
      this.#captureTurn++;
    }
    this.#draining = false;
    return false;
  }

  wait(deadline: Micros): void {
    const left = Math.min(deadline - this.#clock.now(), MAX_SLEEP);
    if (left < MIN_SLEEP) return;
    if (left > SHORT_WAIT) this.#poller.sleepUntilReadable(left);
    else this.#poller.sleep(left);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const capture of this.#captures) capture.close();
    this.#captures.length = 0;
    this.#pathfinder.close();
  }

  /** Readies the slots from `from` on that leave by one socket; returns the first that does not. */
  #prepareRun(from: number, socket: OutgoingSocket): number {
    const { count, routes, lengths } = this.outgoing;
    const ways = this.#pathfinder.ways;
    let slot = from;
    for (; slot < count; slot++) {
      const way = ways[routes[slot]!]!;
      if (way.socket !== socket) break;
      socket.prepare(slot, lengths[slot]!, way.header);
    }
    return slot;
  }

  #beginDrain(): void {
    this.#draining = true;
    this.#captureTurn = 0;
    const now = this.#clock.sync();
    const drained = this.counters.received - this.#receivedBefore;
    this.#receivedBefore = this.counters.received;
    // A capture overflows only after it was well filled: then the loss is known at once.
    if (now < this.#nextStats && drained < FULL_DRAIN) return;
    this.#nextStats = micros(now + STATS_INTERVAL);
    let dropped = 0;
    for (const capture of this.#captures) dropped += capture.dropped();
    this.counters.captureDropped = dropped;
    // libpcap says nothing when an interface is switched off: it would wait for it for ever.
    for (const way of this.#capturedWays.values()) this.#pathfinder.checkUp(way);
  }

  #captureOn(way: Way): void {
    if (this.#capturedWays.has(way.interfaceIndex)) return;
    assert(!this.#closed, "The link is closed");
    const capture = this.#openCapture(way);
    this.#captures.push(capture);
    this.#poller.watch(capture.descriptor);
    this.#capturedWays.set(way.interfaceIndex, way);
  }

  #openCapture({ interfaceIndex, route: { interfaceName } }: Way): Capture {
    const { localPorts, capture } = this.#options;
    const common = { interfaceName, clock: this.#clock, packet: this.incoming };
    const library = capture === "ring" ? undefined : libpcap();
    if (library) {
      return new PcapCapture(library, { ...common, filter: filterExpression(localPorts) });
    }
    return new PacketRing({ ...common, interfaceIndex, localPorts });
  }
}

/**
 * Opens the real network.
 *
 * @throws {LinkError} If rights are missing, or the interface or source cannot be used.
 */
export function openNativeLink(options: NativeLinkOptions): NativeLink {
  return new NativeLink(options);
}
