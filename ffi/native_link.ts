/**
 * The real network: {@linkcode Link} on Linux's sockets and libpcap. Joins the parts of this folder
 * and keeps one way per next hop; what packets mean is the scanner's business.
 */
import { assert } from "assertion";
import { type Micros, micros, MILLISECOND } from "units";
import {
  type Link,
  type LinkCounters,
  LinkError,
  PacketBatch,
  ReceivedPacket,
  type Route,
} from "scan/link.ts";
import { type Capture, openPcapCapture } from "./capture.ts";
import { filterExpression, type PortRun } from "./capture_filter.ts";
import { Clock } from "./clock.ts";
import { Poller } from "./poller.ts";
import type { OutgoingSocket } from "./raw_socket.ts";
import { Pathfinder } from "./pathfinder.ts";

export { checkRights } from "./raw_socket.ts";

/** Between two looks at the number of packets that the capture has lost. */
const STATS_INTERVAL = 100 * MILLISECOND;

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
}

/** A link on real sockets. */
export class NativeLink implements Link {
  readonly outgoing: PacketBatch = new PacketBatch();
  readonly incoming: ReceivedPacket = new ReceivedPacket();
  readonly counters: LinkCounters = { sent: 0, received: 0, captureDropped: 0, sendRefused: 0 };
  readonly #clock: Clock = new Clock();
  readonly #poller: Poller = new Poller();
  readonly #captures: Capture[] = [];
  readonly #capturedInterfaces = new Set<string>();
  readonly #filter: string;
  readonly #pathfinder: Pathfinder;
  #draining = false;
  #captureTurn = 0;
  #nextStats = 0;
  #closed = false;

  /** @throws {LinkError} If rights are missing, or the interface or source cannot be used. */
  constructor(options: NativeLinkOptions) {
    this.#filter = filterExpression(options.localPorts);
    this.#pathfinder = new Pathfinder(this.outgoing, this.#clock, options);
  }

  now(): Micros {
    return this.#clock.now();
  }

  route(destination: Uint8Array): Route {
    const route = this.#pathfinder.find(destination);
    this.#captureOn(route.interfaceName);
    return route;
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

  /** Readies the slots from `from` on that leave by the same socket; returns the first that does not. */
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
    if (now < this.#nextStats) return;
    this.#nextStats = micros(now + STATS_INTERVAL);
    let dropped = 0;
    for (const capture of this.#captures) dropped += capture.dropped();
    this.counters.captureDropped = dropped;
  }

  #captureOn(interfaceName: string): void {
    if (this.#capturedInterfaces.has(interfaceName)) return;
    assert(!this.#closed, "The link is closed");
    const capture = openPcapCapture({
      interfaceName,
      filter: this.#filter,
      clock: this.#clock,
      packet: this.incoming,
    });
    if (!capture) {
      throw new LinkError("system", "Cannot capture: install libpcap (`apt install libpcap0.8`).");
    }
    this.#captures.push(capture);
    this.#poller.watch(capture.descriptor);
    this.#capturedInterfaces.add(interfaceName);
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
