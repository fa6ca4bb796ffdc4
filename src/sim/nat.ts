/**
 * The state table of a cheap router (NAT, or a stateful firewall): every 4-tuple that goes out
 * takes an entry until it has been quiet for a while, and what comes in without an entry ends here.
 * A full table lets nothing new through. Addresses and ports stay as they are: the scanner would
 * not see that they were changed and changed back.
 *
 * States are as coarse as Linux's: an entry lives, or a RST has closed it
 * (`nf_conntrack_tcp_timeout_syn_sent` 120 s, `nf_conntrack_tcp_timeout_close` 10 s).
 */
import { type Micros, SECOND } from "units";
import { ICMP_LENGTH, icmpId, icmpType, isIcmpError } from "wire/icmp.ts";
import {
  IPV4_LENGTH,
  ipv4Destination,
  ipv4HeaderLength,
  ipv4Protocol,
  ipv4Source,
  Protocol,
} from "wire/ipv4.ts";
import { TcpFlag, tcpFlags } from "wire/tcp.ts";
import type { Node, Site } from "./node.ts";
import { Span } from "./span.ts";
import { StateTable } from "./state_table.ts";
import type { Tuple } from "./tuple_index.ts";

/** What a table is like. */
export interface NatOptions {
  /** @default {4096} */
  readonly entries?: number;
  /** Quiet time after which an entry is forgotten, µs. @default {120_000_000} */
  readonly timeout?: number;
  /** The same after a RST, µs. @default {10_000_000} */
  readonly closedTimeout?: number;
}

/** The side on which a packet was sent: it says which of its ends is the inner one. */
type Side = "inside" | "outside";

/** See the file's comment. Its two faces stand on the way out and on the way back. */
export class Nat {
  /** Takes what goes out. */
  readonly outward: Node;
  /** Takes what comes in. */
  readonly inward: Node;
  readonly #table: StateTable;
  readonly #span = new Span();
  readonly #tuple: Tuple = { local: 0, remote: 0, ports: 0 };
  /** New packets that found the table full. */
  refused = 0;
  /** Packets that came in without an entry, or that make no sense. */
  strays = 0;

  constructor(options: NatOptions = {}) {
    this.#table = new StateTable({
      entries: options.entries ?? 4_096,
      timeout: options.timeout ?? 120 * SECOND,
      closedTimeout: options.closedTimeout ?? 10 * SECOND,
    });
    this.outward = {
      accept: (packet, now, site) => this.#leave(packet, now, site),
      wake() {},
    };
    this.inward = {
      accept: (packet, now, site) => this.#enter(packet, now, site),
      wake() {},
    };
  }

  /** Entries at a time. */
  entries(now: Micros): number {
    this.#table.expire(now);
    return this.#table.size;
  }

  #leave(packet: number, now: Micros, site: Site): void {
    this.#table.expire(now);
    const { view, start: at, length } = this.#span.load(site.pool, packet);
    if (!this.#read(view, at, { sentFrom: "inside", room: length })) {
      return this.#stray(packet, site);
    }
    const closes = isReset(view, at);
    const isKnown = this.#table.touch(this.#tuple, now, closes ? "closes" : "opens");
    // A RST opens nothing: it passes without an entry, as Linux lets it.
    if (isKnown || closes) return site.pass(packet, now);
    if (this.#table.add(this.#tuple, now)) return site.pass(packet, now);
    this.refused++;
    site.drop(packet);
  }

  #enter(packet: number, now: Micros, site: Site): void {
    this.#table.expire(now);
    const { view, start: at, length } = this.#span.load(site.pool, packet);
    const quoted = quoteOf(view, at);
    const isRead = quoted < 0
      ? this.#read(view, at, { sentFrom: "outside", room: length })
      : this.#read(view, quoted, { sentFrom: "inside", room: length - (quoted - at) });
    if (!isRead) return this.#stray(packet, site);
    // An error belongs to the connection that it quotes and does not prolong it.
    const isKnown = quoted < 0
      ? this.#table.touch(this.#tuple, now, isReset(view, at) ? "closes" : "goes on")
      : this.#table.has(this.#tuple);
    if (isKnown) return site.pass(packet, now);
    this.#stray(packet, site);
  }

  #stray(packet: number, site: Site): void {
    this.strays++;
    site.drop(packet);
  }

  /**
   * Loads the tuple: `local` is the inner end.
   *
   * @returns False if its bytes are not there.
   */
  #read(view: DataView, at: number, packet: { sentFrom: Side; room: number }): boolean {
    if (packet.room < IPV4_LENGTH + ICMP_LENGTH) return false;
    const header = ipv4HeaderLength(view, at);
    if (packet.room < header + ICMP_LENGTH) return false;
    const source = ipv4Source(view, at);
    const destination = ipv4Destination(view, at);
    const isFromInside = packet.sentFrom === "inside";
    const tuple = this.#tuple;
    tuple.local = isFromInside ? source : destination;
    tuple.remote = isFromInside ? destination : source;
    const body = at + header;
    if (ipv4Protocol(view, at) === Protocol.ICMP) {
      tuple.ports = icmpId(view, body);
      return true;
    }
    const first = view.getUint16(body);
    const second = view.getUint16(body + 2);
    tuple.ports = (isFromInside ? (first << 16) | second : (second << 16) | first) >>> 0;
    return true;
  }
}

function isReset(view: DataView, at: number): boolean {
  if (ipv4Protocol(view, at) !== Protocol.TCP) return false;
  return (tcpFlags(view, at + ipv4HeaderLength(view, at)) & TcpFlag.RST) !== 0;
}

/** Where the packet that an ICMP error quotes starts; -1 for everything else. */
function quoteOf(view: DataView, at: number): number {
  if (ipv4Protocol(view, at) !== Protocol.ICMP) return -1;
  const body = at + ipv4HeaderLength(view, at);
  return isIcmpError(icmpType(view, body)) ? body + ICMP_LENGTH : -1;
}
