/**
 * A pure router: nodes, the routes that lead through them, and the events in between. It has no
 * clock. Whoever drives it says what time it is: the simulator lets virtual time jump to
 * {@linkcode Network.nextTime}, a wire for real packets asks the machine's clock.
 */
import { assert } from "assertion";
import { type Micros, micros } from "units";
import { ipv4Destination } from "wire/ipv4.ts";
import { EventQueue } from "./event_queue.ts";
import type { Node, Site } from "./node.ts";
import { PacketPool } from "./packet_pool.ts";

/** Addresses from `first` to `last`, as unsigned 32-bit numbers. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
}

/** How addresses are attached to a network. */
export interface Attachment {
  readonly range: AddressRange;
  /** What packets to these addresses pass, in order; the last one answers them. */
  readonly out: readonly Node[];
  /** What the answers pass, in order; the last one takes them. */
  readonly back: readonly Node[];
}

/** Nodes of one route, in order, and the route of answers. */
interface RouteEntry {
  readonly nodes: Int32Array;
  readonly back: number;
}

/** No route back: what is sent along it is not answered, answers all the same end there. */
const NO_ROUTE = -1;

/** See the file's comment. */
export class Network {
  readonly pool: PacketPool = new PacketPool();
  readonly #events = new EventQueue();
  readonly #nodes: Node[] = [];
  readonly #sites: NodeSite[] = [];
  readonly #numbers = new Map<Node, number>();
  readonly #routes: RouteEntry[] = [];
  /** Ranges by first address; they do not overlap. */
  readonly #ranges: { first: number; last: number; route: number }[] = [];
  /** Actions that wait, by the number in their event; those that are over leave free places. */
  readonly #actions: (((now: Micros) => void) | undefined)[] = [];
  readonly #freeActions: number[] = [];
  #lastRange = 0;
  #now: Micros = micros(0);
  /** Packets to addresses that nobody has, and answers that have no way back. */
  unrouted = 0;
  /** Packets that reached a node. */
  moved = 0;

  /** Virtual time: that of the event handled last, or what {@linkcode advance} was told. */
  get now(): Micros {
    return this.#now;
  }

  /** When something happens next. */
  get nextTime(): Micros {
    return this.#events.nextTime;
  }

  /** Events that wait. */
  get pending(): number {
    return this.#events.size;
  }

  /** Attaches a range of addresses. A node may serve several attachments: so paths are shared. */
  attach(attachment: Attachment): void {
    const back = this.addRoute(attachment.back);
    const route = this.addRoute(attachment.out, back);
    const { first, last } = attachment.range;
    const at = this.#ranges.findIndex((range) => range.first > first);
    const place = at < 0 ? this.#ranges.length : at;
    const before = this.#ranges[place - 1];
    const after = this.#ranges[place];
    assert(before === undefined || before.last < first, "Ranges of addresses do not overlap");
    assert(after === undefined || last < after.first, "Ranges of addresses do not overlap");
    this.#ranges.splice(place, 0, { first, last, route });
  }

  /** Adds a route, for traffic that is not addressed; `back` is that of its answers. */
  addRoute(nodes: readonly Node[], back: number = NO_ROUTE): number {
    assert(nodes.length > 0 && nodes.length < 256, "A route leads to 1 to 255 nodes");
    this.#routes.push({ nodes: Int32Array.from(nodes, (node) => this.#numberOf(node)), back });
    return this.#routes.length - 1;
  }

  /** Where a node stands; it need not be on a route. */
  siteOf(node: Node): Site {
    return this.#sites[this.#numberOf(node)]!;
  }

  /** True if packets to this address go anywhere. */
  isRouted(address: number): boolean {
    return this.#routeTo(address) !== NO_ROUTE;
  }

  /** Sends a packet of the pool by its destination address; time does not go back for it. */
  send(packet: number, now: Micros): void {
    if (now > this.#now) this.#now = now;
    const route = this.#routeTo(ipv4Destination(this.pool.view(packet), this.pool.at(packet)));
    this.launch(packet, route, this.#now);
  }

  /** Puts a packet on a route; it reaches the first node at `at`. */
  launch(packet: number, route: number, at: Micros): void {
    if (route === NO_ROUTE) {
      this.unrouted++;
      return this.pool.give(packet);
    }
    this.pool.route[packet] = route;
    this.pool.step[packet] = 0;
    this.deliver(packet, at);
  }

  /** Brings a packet to the node that its step names, now or later. */
  deliver(packet: number, at: Micros): void {
    const { pool } = this;
    const node = this.#routes[pool.route[packet]!]!.nodes[pool.step[packet]!]!;
    if (at > this.#now) return this.#events.push(at, node, packet);
    this.moved++;
    this.#nodes[node]!.accept(packet, this.#now, this.#sites[node]!);
  }

  /** The route of the answers to a packet. */
  backOf(packet: number): number {
    return this.#routes[this.pool.route[packet]!]!.back;
  }

  /** Calls `action` at a time. */
  schedule(at: Micros, action: (now: Micros) => void): void {
    const place = this.#freeActions.pop() ?? this.#actions.length;
    this.#actions[place] = action;
    this.#events.push(at, ACTION, place);
  }

  /** Asks for a call of {@linkcode Node.wake}. */
  wakeAt(at: Micros, node: number, cookie: number): void {
    this.#events.push(at, node, -1 - cookie);
  }

  /** Handles the next event if it is due at `now`; false if there is none. */
  step(now: Micros): boolean {
    if (this.#events.nextTime > now) return false;
    this.#events.pop();
    const { time, node, value } = this.#events;
    // An event that comes late (real time) happens now, one in the past cannot be.
    if (time > this.#now) this.#now = time;
    if (node === ACTION) this.#act(value);
    else if (value < 0) this.#nodes[node]!.wake(this.#now, -1 - value, this.#sites[node]!);
    else {
      this.moved++;
      this.#nodes[node]!.accept(value, this.#now, this.#sites[node]!);
    }
    return true;
  }

  /** Handles everything that is due at `now`. */
  advance(now: Micros): void {
    while (this.step(now));
    if (now > this.#now) this.#now = now;
  }

  #act(place: number): void {
    const action = this.#actions[place]!;
    this.#actions[place] = undefined;
    this.#freeActions.push(place);
    action(this.#now);
  }

  #numberOf(node: Node): number {
    const known = this.#numbers.get(node);
    if (known !== undefined) return known;
    const number = this.#nodes.push(node) - 1;
    this.#sites.push(new NodeSite(this, number));
    this.#numbers.set(node, number);
    return number;
  }

  #routeTo(address: number): number {
    const last = this.#ranges[this.#lastRange];
    if (last !== undefined && address >= last.first && address <= last.last) return last.route;
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ranges[middle]!.last < address) low = middle + 1;
      else high = middle;
    }
    const range = this.#ranges[low];
    if (range === undefined || address < range.first) return NO_ROUTE;
    this.#lastRange = low;
    return range.route;
  }
}

/** In the place of a node: the event is an action. */
const ACTION = -1;

/** What one node may do. */
class NodeSite implements Site {
  readonly pool: PacketPool;
  readonly #network: Network;
  readonly #node: number;

  constructor(network: Network, node: number) {
    this.pool = network.pool;
    this.#network = network;
    this.#node = node;
  }

  pass(packet: number, at: Micros): void {
    this.pool.step[packet]!++;
    this.#network.deliver(packet, at);
  }

  answer(packet: number, at: Micros): void {
    this.#network.launch(packet, this.#network.backOf(packet), at);
  }

  launch(packet: number, route: number, at: Micros): void {
    this.#network.launch(packet, route, at);
  }

  backOf(packet: number): number {
    return this.#network.backOf(packet);
  }

  drop(packet: number): void {
    this.pool.give(packet);
  }

  wakeAt(at: Micros, cookie: number): void {
    this.#network.wakeAt(at, this.#node, cookie);
  }
}
