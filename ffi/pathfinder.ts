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
import { NeighborFinder } from "./neighbor.ts";
import { Netlink } from "./netlink.ts";
import { OutgoingSockets } from "./outgoing_sockets.ts";
import { checkRights, type OutgoingSocket } from "./raw_socket.ts";
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
  readonly #neighbors: NeighborFinder;
  readonly #interface: NetworkInterface | undefined;
  readonly #source: Uint8Array | undefined;
  readonly #indexOf = new Map<string, number>();
  readonly #sockets: OutgoingSockets;
  /** The machine's addresses when the link was opened. */
  readonly #ownAddresses: ReadonlySet<string>;

  /** @throws {LinkError} If rights are missing, or the interface or source cannot be used. */
  constructor(batch: PacketBatch, clock: Clock, options: PathfinderOptions) {
    checkRights();
    this.#netlink = new Netlink();
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
   * @throws {LinkError} If there is none.
   */
  find(destination: Uint8Array): Way {
    if (destination.length !== 4) {
      throw new LinkError("no-route", "Cannot scan IPv6 addresses yet: name an IPv4 address.");
    }
    // Packets to ourselves travel on the loopback, whatever interface the others leave by.
    const leaveBy = this.#isOwn(destination) ? undefined : this.#interface;
    const found = findRoute(this.#netlink, destination, {
      ...(leaveBy && { interfaceIndex: leaveBy.index }),
      ...(this.#source && { source: this.#source }),
    });
    const source = found.source ?? this.#source;
    if (!source) {
      throw new LinkError(
        "address",
        `Cannot scan ${destination.join(".")}: its interface has no IPv4 address. ` +
          "Give it one with `ip address add`, or name one of this machine's with -S.",
      );
    }
    const hop = found.local ? "local" : (found.gateway ?? destination).join(".");
    const key = `${found.interfaceIndex}/${hop}/${source.join(".")}`;
    const index = this.#indexOf.get(key) ?? this.ways.length;
    const known = this.ways[index];
    // A next hop that did not answer is asked again: it may have come up.
    if (known?.route.reachable) return known;
    const way = this.#makeWay(destination, { index, found, source, ...this.#leaveBy(found) });
    this.#indexOf.set(key, index);
    this.ways[index] = way;
    return way;
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

  #makeWay(destination: Uint8Array, draft: Draft): Way {
    const { found, interface: leaving, source, index } = draft;
    const base = {
      index,
      source,
      mtu: found.mtu ?? leaving.mtu,
      interfaceName: leaving.name,
      local: found.local,
      onLink: !found.local && !found.gateway && !found.foreignGateway,
    };
    const header = new Uint8Array(HEADROOM);
    const words = new Uint32Array(header.buffer);
    const interfaceIndex = leaving.index;
    if (found.local || !leaving.ethernet || found.foreignGateway) {
      const route = { ...base, reachable: true };
      const socket = found.local ? this.#sockets.own() : this.#sockets.ip(leaving);
      return { route, socket, interfaceIndex, header: words };
    }
    const next = this.#neighbors.find({
      interface: leaving,
      source,
      address: found.gateway ?? destination,
    });
    const route = {
      ...base,
      reachable: next !== undefined,
      ...(next && { hardwareAddress: formatHardwareAddress(next) }),
    };
    if (next) {
      const fields = { destination: next, source: leaving.address, type: EtherType.IPV4 };
      writeEthernet(header, HEADROOM - ETHERNET_LENGTH, fields);
    }
    const socket = this.#sockets.ethernet(leaving);
    return { route, socket, interfaceIndex, header: words };
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

/** A hardware address as people write it: `aa:bb:cc:dd:ee:ff`. */
function formatHardwareAddress(address: Uint8Array): string {
  return Array.from(address, (byte) => byte.toString(16).padStart(2, "0")).join(":");
}
