/**
 * Routes of whole /24 blocks: a scan of a network asks for tens of thousands of destinations, and
 * the kernel's answer costs 30 µs each. What it says of one address holds for its /24 unless some
 * routing table has a longer prefix in there, which a dump of the tables tells; those blocks are
 * asked address by address. What is remembered is forgotten after a while, since routes change.
 */
import { type Micros, SECOND } from "units";
import { ipv4ToNumber } from "wire/address.ts";
import { type Netlink, NetlinkRequest, readAttributes } from "./netlink.ts";
import { findRoute, type KernelRoute, type RouteQuery, RTA, RTMSG } from "./routes.ts";
import { AddressFamily } from "./socket.ts";

/** How long an answer is believed. */
const LIFETIME = 5 * SECOND;

/** Blocks remembered at once; then all are forgotten. */
const MAX_BLOCKS = 65_536;

/** Prefixes up to this length cover whole blocks. */
const BLOCK_BITS = 24;

/** Destinations asked for before the tables are dumped: small scans do without. */
const WARM_UP = 64;

/** See the file's comment. The question besides the destination is always the same. */
export class RouteMemo {
  readonly #netlink: Netlink;
  readonly #blocks = new Map<number, KernelRoute>();
  /** Blocks that hold longer prefixes; undefined until the tables have been read. */
  #divided: Set<number> | undefined;
  #asked = 0;
  #staleAt = -Infinity;

  constructor(netlink: Netlink) {
    this.#netlink = netlink;
  }

  /**
   * The way to an IPv4 destination, as {@linkcode findRoute}.
   *
   * @throws {LinkError} `no-route` if there is none.
   */
  find(destination: Uint8Array, query: RouteQuery, now: Micros): KernelRoute {
    if (this.#asked < WARM_UP) {
      this.#asked++;
      return findRoute(this.#netlink, destination, query);
    }
    if (now >= this.#staleAt || this.#blocks.size >= MAX_BLOCKS) this.#renew(now);
    const block = ipv4ToNumber(destination) >>> (32 - BLOCK_BITS);
    if (this.#divided!.has(block)) return findRoute(this.#netlink, destination, query);
    const known = this.#blocks.get(block);
    if (known !== undefined) return known;
    const found = findRoute(this.#netlink, destination, query);
    this.#blocks.set(block, found);
    return found;
  }

  #renew(now: Micros): void {
    this.#blocks.clear();
    this.#staleAt = now + LIFETIME;
    const head = new Uint8Array(RTMSG.SIZE);
    head[RTMSG.FAMILY] = AddressFamily.INET;
    const divided = new Set<number>();
    for (const { body } of this.#netlink.dump(NetlinkRequest.GET_ROUTE, head)) {
      if (body.getUint8(RTMSG.DESTINATION_BITS) <= BLOCK_BITS) continue;
      const destination = readAttributes(body, RTMSG.SIZE).get(RTA.DESTINATION);
      if (destination) divided.add(ipv4ToNumber(destination) >>> (32 - BLOCK_BITS));
    }
    this.#divided = divided;
  }
}
