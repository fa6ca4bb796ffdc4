/**
 * From a destination to a way: asks the kernel for the route, finds the next hop, and keeps one
 * way per next hop together with the sockets that the ways share.
 */
import { HEADROOM, LinkError, type PacketBatch, type Route } from "scan/link.ts";
import { ETHERNET_LENGTH, EtherType, writeEthernet } from "wire/ethernet.ts";
import type { Clock } from "./clock.ts";
import {
  interfaceByIndex,
  interfaceByName,
  interfaceDown,
  listAddresses,
  type NetworkInterface,
} from "./interfaces.ts";
import { NeighborFinder, type NeighborQuery } from "./neighbor.ts";
import { Netlink } from "./netlink.ts";
import { OutgoingSockets } from "./outgoing_sockets.ts";
import { checkRights, type OutgoingSocket } from "./raw_socket.ts";
import { RouteMemo } from "./route_memo.ts";
import { findRoute, type KernelRoute } from "./routes.ts";

/** First octet of the addresses by which a machine reaches itself (RFC 1122, §3.2.1.3). */
const LOOPBACK_NETWORK = 127;

/** The way to a next hop. */
export interface Way {
  readonly route: Route;
  readonly socket: OutgoingSocket;
  /** The interface that packets leave and answers come by. */
  readonly interfaceIndex: number;
  /** The link header, in the last bytes of as many as the headroom has. */
  readonly header: Uint32Array;
}

/** What the user has fixed. */
export interface PathfinderOptions {
  interfaceName?: string;
  source?: Uint8Array;
}

/** A way that is being made. */
interface Draft {
  readonly index: number;
  readonly found: KernelRoute;
  readonly source: Uint8Array;
  readonly interface: NetworkInterface;
}

/** Finds and keeps ways. */
export class Pathfinder {
  /** Ways by the index of their route. */
  readonly ways: Way[] = [];
  readonly #netlink: Netlink;
  readonly #memo: RouteMemo;
  readonly #clock: Clock;
  readonly #neighbors: NeighborFinder;
  readonly #interface: NetworkInterface | undefined;
  readonly #source: Uint8Array | undefined;
  readonly #indexOf = new Map<string, number>();
  /** Ways that wait for their next hop: the question by route, and by who will answer. */
  readonly #hops = new Map<number, NeighborQuery>();
  readonly #waiting = new Map<string, Draft>();
  readonly #sockets: OutgoingSockets;
  /** The machine's addresses when the link was opened. */
  readonly #ownAddresses: ReadonlySet<string>;

  /** @throws {LinkError} If rights are missing, or the interface or source cannot be used. */
  constructor(batch: PacketBatch, clock: Clock, options: PathfinderOptions) {
    checkRights();
    this.#clock = clock;
    this.#netlink = new Netlink();
    this.#memo = new RouteMemo(this.#netlink);
    this.#sockets = new OutgoingSockets(batch, (index) => this.#isDown(index));
    this.#neighbors = new NeighborFinder(this.#netlink, clock);
    this.#source = options.source;
    try {
      const name = options.interfaceName;
      this.#interface = name === undefined ? undefined : interfaceByName(this.#netlink, name);
      const addresses = listAddresses(this.#netlink);
      this.#ownAddresses = new Set(addresses.map(({ address }) => address.join(".")));
      if (options.source) this.#checkSource(options.source);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * The way to a destination.
   *
   * @param waits True: waits for the next hop, 0.9 s at most. False: a next hop that is not known
   * makes the way unreachable until it has been solicited and has answered.
   * @throws {LinkError} If there is none.
   */
  find(destination: Uint8Array, { waits }: { waits: boolean }): Way {
    if (destination.length !== 4) {
      throw new LinkError("no-route", "Cannot scan IPv6 addresses yet: name an IPv4 address.");
    }
    // Packets to ourselves travel on the loopback, whatever interface the others leave by.
    const leaveBy = this.#isOwn(destination) ? undefined : this.#interface;
    const query = {
      ...(leaveBy && { interfaceIndex: leaveBy.index }),
      ...(this.#source && { source: this.#source }),
    };
    // Own addresses stand in tables of their own: what holds for them holds for no block.
    const found = this.#isOwn(destination)
      ? findRoute(this.#netlink, destination, query)
      : this.#memo.find(destination, query, this.#clock.now());
    const source = found.source ?? this.#source;
    if (!source) {
      throw new LinkError(
        "address",
        `Cannot scan ${destination.join(".")}: its interface has no IPv4 address. ` +
          "Give it one with `ip address add`, or name one of this machine's with -S.",
      );
    }
    const via = found.local ? "local" : (found.gateway ?? destination).join(".");
    const key = `${found.interfaceIndex}/${via}/${source.join(".")}`;
    const index = this.#indexOf.get(key) ?? this.ways.length;
    const known = this.ways[index];
    // A next hop that did not answer is asked again: it may have come up.
    if (known?.route.reachable) return known;
    const draft = { index, found, source, ...this.#leaveBy(found) };
    const hop = nextHopOf(destination, draft);
    const next = hop && (waits ? this.#neighbors.find(hop) : this.#neighbors.known(hop));
    const way = hop ? this.#makeWay(draft, next) : this.#makeDirectWay(draft);
    this.#indexOf.set(key, index);
    this.ways[index] = way;
    if (hop && !next) {
      this.#hops.set(index, hop);
      this.#waiting.set(keyOf(draft.interface.index, hop.address), draft);
    }
    return way;
  }

  /** Asks once for the next hop of an unreachable way. */
  solicit({ index }: Route): void {
    const hop = this.#hops.get(index);
    if (hop) this.#neighbors.solicit(hop);
  }

  /** The next way whose next hop has answered since it was solicited. */
  pollReachable(): Route | undefined {
    for (let it = this.#neighbors.poll(); it; it = this.#neighbors.poll()) {
      const key = keyOf(it.interfaceIndex, it.address);
      const draft = this.#waiting.get(key);
      if (draft === undefined) continue;
      this.#waiting.delete(key);
      this.#hops.delete(draft.index);
      const way = this.#makeWay(draft, it.hardware);
      this.ways[draft.index] = way;
      return way.route;
    }
    return undefined;
  }

  /**
   * Makes sure that the interface of a way is there and switched on.
   *
   * @throws {LinkError} `down` if it is not.
   */
  checkUp({ interfaceIndex, route: { interfaceName } }: Way): void {
    if (this.#isDown(interfaceIndex)) throw interfaceDown(interfaceName);
  }

  /** Gives the sockets back. */
  close(): void {
    this.#sockets.close();
    this.#neighbors.close();
    this.#netlink.close();
  }

  #leaveBy(found: KernelRoute): { interface: NetworkInterface } {
    const leaving = interfaceByIndex(this.#netlink, found.interfaceIndex);
    if (!leaving) throw new LinkError("no-interface", "The interface of the route is gone.");
    if (!leaving.up) throw interfaceDown(leaving.name);
    return { interface: leaving };
  }

  /** A way without a link header of ours: the kernel finds the next hop, if there is one. */
  #makeDirectWay(draft: Draft): Way {
    const { found, interface: leaving } = draft;
    return {
      route: { ...describe(draft), reachable: true },
      socket: found.local ? this.#sockets.own() : this.#sockets.ip(leaving),
      interfaceIndex: leaving.index,
      header: new Uint32Array(HEADROOM / 4),
    };
  }

  /** A way to a next hop on an Ethernet link; without its address, one that leads nowhere yet. */
  #makeWay(draft: Draft, next: Uint8Array | undefined): Way {
    const { interface: leaving } = draft;
    const header = new Uint8Array(HEADROOM);
    const route = {
      ...describe(draft),
      reachable: next !== undefined,
      ...(next && { hardwareAddress: formatHardwareAddress(next) }),
    };
    if (next) {
      const fields = { destination: next, source: leaving.address, type: EtherType.IPV4 };
      writeEthernet(header, HEADROOM - ETHERNET_LENGTH, fields);
    }
    const socket = this.#sockets.ethernet(leaving);
    const words = new Uint32Array(header.buffer);
    return { route, socket, interfaceIndex: leaving.index, header: words };
  }

  #isDown(index: number): boolean {
    return interfaceByIndex(this.#netlink, index)?.up !== true;
  }

  #isOwn(address: Uint8Array): boolean {
    return address[0] === LOOPBACK_NETWORK || this.#ownAddresses.has(address.join("."));
  }

  #checkSource(source: Uint8Array): void {
    if (this.#isOwn(source)) return;
    throw new LinkError(
      "address",
      `Cannot send from ${source.join(".")}: answers to it would not come here. ` +
        `This machine has: ${[...this.#ownAddresses].join(", ")}.`,
    );
  }
}

/** What a route says, but whether it can be used. */
function describe({ found, interface: leaving, source, index }: Draft): Omit<Route, "reachable"> {
  return {
    index,
    source,
    mtu: found.mtu ?? leaving.mtu,
    interfaceName: leaving.name,
    local: found.local,
    onLink: !found.local && !found.gateway && !found.foreignGateway,
  };
}

/** Whose hardware address a way needs; undefined where packets leave without one of ours. */
function nextHopOf(destination: Uint8Array, draft: Draft): NeighborQuery | undefined {
  const { found, interface: leaving, source } = draft;
  if (found.local || !leaving.ethernet || found.foreignGateway) return undefined;
  return { interface: leaving, source, address: found.gateway ?? destination };
}

function keyOf(interfaceIndex: number, address: Uint8Array): string {
  return `${interfaceIndex}/${address.join(".")}`;
}

/** A hardware address as people write it: `aa:bb:cc:dd:ee:ff`. */
function formatHardwareAddress(address: Uint8Array): string {
  return Array.from(address, (byte) => byte.toString(16).padStart(2, "0")).join(":");
}
