/**
 * What stands in a network: stretches of path, firewalls, hosts, the scanner's own machine. A node
 * has no clock and does no I/O: `now` is an argument, and what it wants done it tells its
 * {@linkcode Site}. So the same nodes serve virtual time and real packets.
 */
import type { Micros } from "units";
import type { PacketPool } from "./packet_pool.ts";

/** Something that packets reach. It owns each packet until it has handed it to its site. */
export interface Node {
  /** A packet arrives. Calls come in order of `now`. */
  accept(packet: number, now: Micros, site: Site): void;

  /** A time that the node asked for has come. */
  wake(now: Micros, cookie: number, site: Site): void;
}

/** Where a node stands: its way to act on the network. */
export interface Site {
  readonly pool: PacketPool;

  /** The packet goes on along its route and reaches the next node at `at`. */
  pass(packet: number, at: Micros): void;

  /** The packet turns round: at `at` it starts on the route back of the one that it came by. */
  answer(packet: number, at: Micros): void;

  /** A packet starts on a route, e.g. one that {@linkcode backOf} gave. */
  launch(packet: number, route: number, at: Micros): void;

  /** The route back of the one that a packet is on; what is launched on it may find none. */
  backOf(packet: number): number;

  /** The packet ends here. */
  drop(packet: number): void;

  /** Calls {@linkcode Node.wake} at `at` with `cookie`, 0 to 2^31 - 1. */
  wakeAt(at: Micros, cookie: number): void;
}
