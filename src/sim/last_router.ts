/**
 * The router before a block of hosts: it asks for the neighbour by ARP, and where nobody answers it
 * says so after a while (ICMP host unreachable, code 1). Packets that come meanwhile wait with it,
 * a few per address. As Linux: three requests a second apart, then each that waits is answered, as
 * far as the limit on ICMP errors allows.
 */
import type { Random } from "random";
import { type Micros, micros, SECOND } from "units";
import { AnswerBuilder } from "wire/build.ts";
import { IcmpType, UnreachableCode } from "wire/icmp.ts";
import { ipv4Destination, ipv4Source } from "wire/ipv4.ts";
import type { Census } from "./host_group.ts";
import { type Limiter, type LimiterOptions, makeLimiter } from "./limiter.ts";
import type { Node, Site } from "./node.ts";
import { Span } from "./span.ts";

/** What a last router is like. */
export interface LastRouterOptions {
  /** Who is there; as the hosts behind it have it. */
  readonly census: Census;
  /** Its own address. */
  readonly address: number;
  /** From the first packet to an address until it gives up, µs. @default {3_000_000} */
  readonly patience?: number;
  /** Packets that wait for one address. @default {3} */
  readonly waiting?: number;
  /** @default {{ kind: "linux-icmp" }} */
  readonly limit?: LimiterOptions;
}

/** Bytes of an ICMP error at most, and beside its quote. */
const LONGEST_ERROR = 576;
const ERROR_OVERHEAD = 28;

/** Addresses that are asked for at a time; packets to more are dropped (Linux's `gc_thresh3`). */
const MAX_ASKED = 1_024;

/** See the file's comment. */
export class LastRouter implements Node {
  readonly #options: LastRouterOptions;
  readonly #limiter: Limiter;
  readonly #builder = new AnswerBuilder();
  readonly #query = new Span();
  readonly #answer = new Span();
  readonly #error;
  /** Packets that wait, by address; an entry is there while the address is asked for. */
  readonly #pending = new Map<number, number[]>();
  /** Packets that were dropped without a word. */
  dropped = 0;
  /** Errors sent. */
  sent = 0;

  /** @param random Used by the limit. */
  constructor(options: LastRouterOptions, random: Random) {
    this.#options = options;
    this.#limiter = makeLimiter(options.limit ?? { kind: "linux-icmp" }, random);
    const type = IcmpType.UNREACHABLE;
    this.#error = { type, code: UnreachableCode.HOST, from: options.address, quote: 0xffff };
  }

  accept(packet: number, now: Micros, site: Site): void {
    const { census, patience = 3 * SECOND, waiting = 3 } = this.#options;
    const address = ipv4Destination(site.pool.view(packet), site.pool.at(packet));
    if (site.pool.damaged[packet] !== 0) return this.#drop(packet, site);
    if (census(address) !== undefined) return site.pass(packet, now);
    const pending = this.#pending.get(address);
    if (pending === undefined) {
      if (this.#pending.size >= MAX_ASKED) return this.#drop(packet, site);
      this.#pending.set(address, [packet]);
      // The oldest entry of the map is always the one that is due next: all wait equally long.
      return site.wakeAt(micros(now + patience), 0);
    }
    if (pending.length >= waiting) return this.#drop(packet, site);
    pending.push(packet);
  }

  /** The address that has been asked for longest does not answer. */
  wake(now: Micros, _cookie: number, site: Site): void {
    const [address, packets] = this.#pending.entries().next().value!;
    this.#pending.delete(address);
    for (const packet of packets) this.#refuse(packet, now, site);
  }

  #refuse(packet: number, now: Micros, site: Site): void {
    const { pool } = site;
    const { view, start, length } = this.#query.load(pool, packet);
    if (!this.#limiter.allow(now, ipv4Source(view, start))) return this.#drop(packet, site);
    const answer = pool.take(Math.min(length + ERROR_OVERHEAD, LONGEST_ERROR));
    this.#builder.writeError(this.#query, this.#answer.load(pool, answer), this.#error);
    pool.length[answer] = this.#answer.length;
    const route = site.backOf(packet);
    site.drop(packet);
    this.sent++;
    site.launch(answer, route, now);
  }

  #drop(packet: number, site: Site): void {
    this.dropped++;
    site.drop(packet);
  }
}
