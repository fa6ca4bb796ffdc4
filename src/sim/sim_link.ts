/**
 * The virtual network as the scanner sees it: {@linkcode Link} on top of a simulator. What leaves
 * is copied into the network, what arrives waits in a capture buffer of bounded size, and waiting
 * lets virtual time pass.
 */
import type { Link, LinkCounters, Route } from "scan/link.ts";
import { HEADROOM, LinkError, PacketBatch, ReceivedPacket, SLOT_SIZE } from "scan/link.ts";
import { type Micros, micros } from "units";
import { formatIpv4, ipv4FromNumber, ipv4ToNumber } from "wire/address.ts";
import { ipv4HeaderLength, ipv4Protocol, Protocol } from "wire/ipv4.ts";
import { tcpDestinationPort } from "wire/tcp.ts";
import type { Listener, ScannerEnd } from "./scanner_end.ts";
import { NO_PACKET } from "./packet_pool.ts";
import type { Simulator, Waiter } from "./simulator.ts";

/** How a link is set up. */
export interface SimLinkOptions {
  /** The scanner's address, as an unsigned 32-bit number. */
  readonly address: number;
  /**
   * A wait that ends because of a packet ends on a multiple of this (µs), as a real worker drains
   * its capture on a tick. @default {250}
   */
  readonly tick?: number;
  /** Packets that the capture holds; what comes then is lost and counted. @default {16384} */
  readonly capture?: number;
  /** TCP is captured for these local ports only. @default {undefined} All. */
  readonly localPorts?: { readonly first: number; readonly last: number };
  /** @default {1500} */
  readonly mtu?: number;
  /** True if targets are neighbours on the own link. @default {false} */
  readonly onLink?: boolean;
}

/** Virtual time that a step of the scanner takes at least, so that time always moves. */
const LEAST_STEP = 1;

/** See the file's comment. */
export class SimLink implements Link, Listener, Waiter {
  readonly outgoing = new PacketBatch();
  readonly incoming = new ReceivedPacket();
  readonly counters: LinkCounters = { sent: 0, received: 0, captureDropped: 0, sendRefused: 0 };
  /** Packets that the capture holds now. */
  captured = 0;
  readonly #simulator: Simulator;
  readonly #end: ScannerEnd;
  readonly #source: Uint8Array;
  readonly #tick: number;
  readonly #mtu: number;
  readonly #onLink: boolean;
  readonly #firstPort: number;
  readonly #lastPort: number;
  /** The capture: a ring of packets and when they arrived. */
  readonly #packets: Int32Array;
  readonly #times: Float64Array;
  #head = 0;
  #routes = 0;

  constructor(simulator: Simulator, end: ScannerEnd, options: SimLinkOptions) {
    this.#simulator = simulator;
    this.#end = end;
    this.#source = ipv4FromNumber(options.address);
    this.#tick = options.tick ?? 250;
    this.#mtu = options.mtu ?? 1_500;
    this.#onLink = options.onLink ?? false;
    this.#firstPort = options.localPorts?.first ?? 0;
    this.#lastPort = options.localPorts?.last ?? 65_535;
    this.#packets = new Int32Array(options.capture ?? 16_384).fill(NO_PACKET);
    this.#times = new Float64Array(this.#packets.length);
    end.listen(this);
  }

  now(): Micros {
    return this.#simulator.now;
  }

  route(destination: Uint8Array): Route {
    if (destination.length !== 4) {
      throw new LinkError("no-route", "The simulator speaks IPv4 only: use an IPv4 address");
    }
    const address = ipv4ToNumber(destination);
    if (!this.#simulator.network.isRouted(address)) {
      const name = formatIpv4(address);
      throw new LinkError("no-route", `No route to ${name}: the virtual network has no such block`);
    }
    return {
      index: this.#routes++,
      source: this.#source,
      mtu: this.#mtu,
      interfaceName: "sim0",
      local: false,
      reachable: true,
      onLink: this.#onLink,
    };
  }

  findRoute(destination: Uint8Array): Route {
    return this.route(destination);
  }

  /** Every route is reachable here. */
  solicit(): void {}

  pollReachable(): undefined {
    return undefined;
  }

  send(): number {
    const { outgoing } = this;
    const { network, now } = this.#simulator;
    const { pool } = network;
    for (let slot = 0; slot < outgoing.count; slot++) {
      const from = slot * SLOT_SIZE + HEADROOM;
      const packet = pool.load(outgoing, from, outgoing.lengths[slot]!);
      network.send(packet, now);
    }
    this.counters.sent += outgoing.count;
    return outgoing.count;
  }

  receive(): boolean {
    if (this.captured === 0) return false;
    const { pool } = this.#simulator.network;
    const packet = this.#packets[this.#head]!;
    const { incoming } = this;
    pool.store(packet, incoming, 0);
    incoming.start = 0;
    incoming.length = pool.stored(packet);
    incoming.time = micros(Math.floor(this.#times[this.#head]!));
    this.#head = (this.#head + 1) % this.#packets.length;
    this.captured--;
    pool.give(packet);
    this.counters.received++;
    return true;
  }

  wait(deadline: Micros): void {
    this.#simulator.advance(this, deadline);
  }

  close(): void {
    this.#end.forget(this);
    const { pool } = this.#simulator.network;
    for (; this.captured > 0; this.captured--) {
      pool.give(this.#packets[this.#head]!);
      this.#head = (this.#head + 1) % this.#packets.length;
    }
  }

  hear(packet: number, now: Micros): void {
    if (!this.#wants(packet)) return;
    const room = this.#packets.length;
    if (this.captured === room) {
      this.counters.captureDropped++;
      return;
    }
    const tail = (this.#head + this.captured) % room;
    this.#packets[tail] = this.#simulator.network.pool.takeCopy(packet);
    this.#times[tail] = now;
    this.captured++;
  }

  wakeTime(now: Micros, deadline: Micros): Micros {
    const least = Math.max(deadline, now + LEAST_STEP);
    if (this.captured === 0) return micros(least);
    const last = (this.#head) % this.#packets.length;
    const arrived = Math.max(this.#times[last]!, now + LEAST_STEP);
    return micros(Math.min(least, Math.ceil(arrived / this.#tick) * this.#tick));
  }

  #wants(packet: number): boolean {
    const { pool } = this.#simulator.network;
    const view = pool.view(packet);
    const at = pool.at(packet);
    if (pool.stored(packet) < 40 || ipv4Protocol(view, at) !== Protocol.TCP) return true;
    const port = tcpDestinationPort(view, at + ipv4HeaderLength(view, at));
    return port >= this.#firstPort && port <= this.#lastPort;
  }
}
