/**
 * Makes blocks of targets: draws them from the queue, finds their routes, sorts out those that are
 * on the own link (who is there is a question of ARP) and gives the others consecutive indices.
 */
import type { AddressTable } from "./address_table.ts";
import type { Members } from "./block_scan.ts";
import type { Route } from "./link.ts";
import type { NeighborSearch } from "./neighbor_search.ts";
import type { RouteFinder } from "./route_finder.ts";
import type { TargetQueue } from "./target_queue.ts";
import type { TargetSpec } from "./target_spec.ts";

/**
 * Targets of one block: as many as a class B network has, so that its window has time to find the
 * path's size, and few enough that memory stays small however large the scan is.
 */
const BLOCK_SIZE = 65_536;

/** A block to ask. */
export interface Block {
  readonly firstTarget: number;
  readonly members: Members;
}

/** What a draw has brought. */
export interface Draw {
  /** Undefined if nobody of those drawn is behind a router. */
  readonly block: Block | undefined;
  /** Targets to which no packet can be sent. */
  readonly unreachable: TargetSpec[];
}

/** See the file's comment. */
export class BlockSource {
  readonly #queue: TargetQueue;
  readonly #routes: RouteFinder;
  readonly #table: AddressTable;
  readonly #neighbors: NeighborSearch;

  constructor(parts: {
    queue: TargetQueue;
    routes: RouteFinder;
    table: AddressTable;
    neighbors: NeighborSearch;
  }) {
    this.#queue = parts.queue;
    this.#routes = parts.routes;
    this.#table = parts.table;
    this.#neighbors = parts.neighbors;
  }

  /** Draws the next block. */
  take(): Draw {
    const { first, count } = this.#queue.take(BLOCK_SIZE);
    const turns = new Uint32Array(count);
    const addresses: Uint8Array[] = [];
    const routes: Route[] = [];
    const unreachable: TargetSpec[] = [];
    for (let turn = first; turn < first + count; turn++) {
      const spec = this.#queue.at(turn);
      const route = this.#routes.find(spec);
      if (route?.onLink) this.#neighbors.add(spec, route);
      else if (route?.reachable) {
        turns[addresses.length] = turn;
        addresses.push(spec.address);
        routes.push(route);
      } else unreachable.push(spec);
    }
    const block = addresses.length === 0
      ? undefined
      : this.#makeBlock(addresses, { turns: turns.slice(0, addresses.length), routes });
    return { block, unreachable };
  }

  #makeBlock(
    addresses: Uint8Array[],
    { turns, routes }: { turns: Uint32Array; routes: Route[] },
  ): Block {
    const firstTarget = this.#table.addRun(addresses);
    routes.forEach((route, offset) => this.#table.setRoute(firstTarget + offset, route));
    const queue = this.#queue;
    const members: Members = {
      size: turns.length,
      specOf: (offset) => queue.at(turns[offset]!),
      routeOf: (offset) => routes[offset]!,
    };
    return { firstTarget, members };
  }
}
