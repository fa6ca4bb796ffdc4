/** How hosts answer ICMP queries, and the ICMP errors that they and their firewalls send. */
import { type Micros, MILLISECOND } from "units";
import { AnswerBuilder } from "wire/build.ts";
import { IcmpType, icmpType, MASK_LENGTH, TIMESTAMP_LENGTH } from "wire/icmp.ts";
import { IPV4_LENGTH, ipv4HeaderLength, ipv4Source, ipv4Tos } from "wire/ipv4.ts";
import type { Arrival } from "./arrival.ts";
import type { Host } from "./host.ts";
import { Span } from "./span.ts";

/** The netmask that hosts with an address mask report: a /24. */
const NETMASK = 0xffff_ff00;

/** Bytes of an error beside its quote. */
const ERROR_OVERHEAD = 28;

/** Quotes are of all that fits: Linux does so. */
const QUOTE_ALL = 0xffff;

/** Bytes of an ICMP error at most (RFC 1812 §4.3.2.3). */
const LONGEST_ERROR = 576;

/** Type of service of ICMP errors: internetwork control (RFC 1812 §4.3.2.5, and Linux). */
const ERROR_TOS = 0xc0;

/** See the file's comment. */
export class IcmpStack {
  readonly #builder = new AnswerBuilder();
  readonly #query = new Span();
  readonly #answer = new Span();
  /** One record, reused. */
  readonly #error = { type: IcmpType.UNREACHABLE, code: 0, from: 0, quote: QUOTE_ALL };

  /** An ICMP message arrives. Everything but the three queries is ignored. */
  accept(packet: number, now: Micros, to: Arrival): void {
    const { host, site } = to;
    const span = this.#query.load(site.pool, packet);
    const header = ipv4HeaderLength(span.view, span.start);
    // Answers are written over the query, which works for plain headers only.
    if (header !== IPV4_LENGTH || !this.#write(now, host, span.length - header)) {
      return site.drop(packet);
    }
    site.pool.length[packet] = span.length;
    site.answer(packet, now);
  }

  /** Answers any packet with ICMP unreachable, if the host's limit allows. */
  refuse(packet: number, now: Micros, to: Arrival): void {
    const { host, site } = to;
    const { pool } = site;
    this.#query.load(pool, packet);
    const remote = ipv4Source(this.#query.view, this.#query.start);
    if (!host.limits.allow("unreachable", now, remote)) return site.drop(packet);
    const quoted = Math.min(pool.stored(packet) + ERROR_OVERHEAD, LONGEST_ERROR);
    const answer = pool.take(quoted);
    this.#builder.ttl = host.profile.ttl ?? 64;
    this.#builder.tos = ERROR_TOS;
    this.#error.code = to.code;
    this.#error.from = host.profile.errorsFrom ?? 0;
    this.#answer.load(pool, answer);
    this.#builder.writeError(this.#query, this.#answer, this.#error);
    pool.length[answer] = this.#answer.length;
    const route = site.backOf(packet);
    site.drop(packet);
    site.launch(answer, route, now);
  }

  /** @returns False if this host does not answer this. */
  #write(now: Micros, host: Host, length: number): boolean {
    const span = this.#query;
    const { limits } = host;
    const remote = ipv4Source(span.view, span.start);
    const { echo = true, timestamp = false, mask = false } = host.profile;
    this.#builder.ttl = host.profile.ttl ?? 64;
    // Linux answers a query with its own type of service: a congestion mark comes back with it.
    this.#builder.tos = ipv4Tos(span.view, span.start);
    switch (icmpType(span.view, span.start + IPV4_LENGTH)) {
      case IcmpType.ECHO:
        if (!echo || !limits.allow("echo", now, remote)) return false;
        this.#builder.writeEchoReply(span, span);
        return true;
      case IcmpType.TIMESTAMP:
        if (!timestamp || length < TIMESTAMP_LENGTH) return false;
        if (!limits.allow("timestamp", now, remote)) return false;
        this.#builder.writeTimestampReply(span, span, Math.floor(now / MILLISECOND));
        return true;
      case IcmpType.MASK:
        if (!mask || length < MASK_LENGTH || !limits.allow("mask", now, remote)) return false;
        this.#builder.writeMaskReply(span, span, NETMASK);
        return true;
      default:
        return false;
    }
  }
}
