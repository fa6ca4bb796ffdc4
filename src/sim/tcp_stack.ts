/**
 * How hosts answer TCP, as Linux does (measured on kernel 6.18, step by step): half-open
 * connections with retransmitted SYN-ACKs, and what becomes of a SYN that is repeated.
 */
import { type Micros, micros, MILLISECOND, SECOND } from "units";
import { AnswerBuilder, type TcpAnswer } from "wire/build.ts";
import { ipv4Destination, ipv4HeaderLength, ipv4Source } from "wire/ipv4.ts";
import { addSequence, isInWindow } from "wire/seq.ts";
import {
  tcpAcknowledgment,
  tcpDestinationPort,
  TcpFlag,
  tcpFlags,
  tcpSequence,
  tcpSourcePort,
} from "wire/tcp.ts";
import type { Arrival } from "./arrival.ts";
import { HalfOpenTable } from "./half_open.ts";
import { hash3 } from "./hash.ts";
import type { Host } from "./host.ts";
import type { Site } from "./node.ts";
import { PortRule } from "./port_policy.ts";
import { Span } from "./span.ts";
import { SynAckWriter } from "./syn_ack_writer.ts";
import { NONE } from "./tuple_index.ts";

/** Receive window that Linux offers on Ethernet: 44 segments of 1,460 bytes. */
const WINDOW = 64_240;

/** Maximum segment size on Ethernet. */
const MSS = 1_460;

/** A repeated SYN on a half-open connection is answered at most once in this time. */
const REPEAT_SPACING = 500 * MILLISECOND;

/** Wait before a SYN-ACK is sent again the first time; doubled each time (RFC 6298, 2.1). */
const FIRST_RETRY = 1 * SECOND;

/** See the file's comment. */
export class TcpStack {
  readonly #table = new HalfOpenTable();
  readonly #hostAt: (address: number) => Host | undefined;
  readonly #seed: number;
  readonly #builder = new AnswerBuilder();
  readonly #span = new Span();
  /** The 4-tuple at hand; one record, reused, as those below. */
  readonly #tuple = { local: 0, remote: 0, ports: 0 };
  readonly #answer: TcpAnswer = { flags: 0, sequence: 0, acknowledgment: 0 };
  readonly #writer = new SynAckWriter();

  /**
   * @param hostAt Finds the host of a connection whose timer has run out.
   * @param seed For initial sequence numbers.
   */
  constructor(hostAt: (address: number) => Host | undefined, seed: number) {
    this.#hostAt = hostAt;
    this.#seed = seed;
  }

  /** Connections that are half-open. */
  get halfOpen(): number {
    return this.#table.size;
  }

  /** A segment arrives at a port that is open (`rule` says so) or answers with a RST. */
  accept(packet: number, now: Micros, to: Arrival): void {
    const { host, rule, site } = to;
    const span = this.#span.load(site.pool, packet);
    const tcpAt = this.#readTuple(span);
    const flags = tcpFlags(span.view, tcpAt);
    this.#builder.ttl = host.profile.ttl ?? 64;
    this.#builder.window = host.profile.window ?? WINDOW;
    this.#builder.mss = host.profile.mss ?? MSS;
    if ((flags & TcpFlag.RST) !== 0) return this.#handleReset(packet, now, to);
    if ((flags & TcpFlag.ACK) !== 0) return this.#acknowledged(packet, now, to);
    // A closed port resets whatever comes, a listener takes nothing but a plain SYN.
    if (rule !== PortRule.OPEN) return this.#reset(packet, now, to);
    if ((flags & (TcpFlag.SYN | TcpFlag.FIN)) !== TcpFlag.SYN) return site.drop(packet);
    const known = this.#table.find(this.#tuple);
    if (known === NONE) this.#open(packet, now, to);
    else this.#repeated(packet, now, to);
  }

  /** A timer has run out: the SYN-ACK is sent again, or the connection is forgotten. */
  wake(now: Micros, cookie: number, site: Site): void {
    const table = this.#table;
    const record = table.recordOf(cookie);
    if (record === NONE) return;
    const dueAt = table.dueAt[record]!;
    if (now < dueAt) return site.wakeAt(micros(dueAt), cookie);
    const host = this.#hostAt(table.localOf(record));
    const retries = table.retries[record]!;
    if (host === undefined || retries >= host.synAckRetries) return this.#remove(record);
    table.retries[record] = retries + 1;
    this.#setDue(record, now);
    site.wakeAt(micros(table.dueAt[record]!), cookie);
    if (host.isAway(now) || !host.limits.allow("synAck", now, table.remoteOf(record))) return;
    const writer = this.#writer;
    writer.ttl = host.profile.ttl ?? 64;
    writer.window = host.profile.window ?? WINDOW;
    writer.mss = host.profile.mss ?? MSS;
    site.launch(writer.write(site.pool, table, record), table.route[record]!, now);
  }

  /** Loads the 4-tuple; returns where the TCP header starts. */
  #readTuple(span: Span): number {
    const { view, start } = span;
    const tcpAt = start + ipv4HeaderLength(view, start);
    const tuple = this.#tuple;
    tuple.local = ipv4Destination(view, start);
    tuple.remote = ipv4Source(view, start);
    tuple.ports = ((tcpDestinationPort(view, tcpAt) << 16) | tcpSourcePort(view, tcpAt)) >>> 0;
    return tcpAt;
  }

  /**
   * A RST ends a half-open connection if it stands where the next byte is expected. Elsewhere in
   * the window it may be forged, and is answered with an ACK (RFC 5961 §3).
   */
  #handleReset(packet: number, now: Micros, to: Arrival): void {
    const record = this.#table.find(this.#tuple);
    if (record === NONE) return to.site.drop(packet);
    const next = addSequence(this.#table.sequence[record]!, 1);
    const sequence = this.#sequence();
    if (sequence === next) this.#remove(record);
    else if (isInWindow(sequence, next, to.host.profile.window ?? WINDOW)) {
      return this.#remind(packet, now, {
        host: to.host,
        site: to.site,
        record,
        flags: TcpFlag.ACK,
      });
    }
    to.site.drop(packet);
  }

  #acknowledged(packet: number, now: Micros, to: Arrival): void {
    const { view, start } = this.#span;
    const acknowledgment = tcpAcknowledgment(view, start + ipv4HeaderLength(view, start));
    const record = this.#table.find(this.#tuple);
    if (record !== NONE && acknowledgment === addSequence(this.#table.ownSequence[record]!, 1)) {
      // The connection stands. Nothing here uses it further.
      this.#remove(record);
      return to.site.drop(packet);
    }
    if (to.host.profile.ack === false) return to.site.drop(packet);
    this.#reset(packet, now, to);
  }

  /** Nothing is expected here: RST (RFC 9293 §3.10.7.1). */
  #reset(packet: number, now: Micros, to: Arrival): void {
    const { host, site } = to;
    const replyClass = to.rule === PortRule.OPEN ? "openReset" : "reset";
    if (!host.limits.allow(replyClass, now, this.#tuple.remote)) return site.drop(packet);
    this.#builder.writeReset(this.#span, this.#span);
    this.#leave(packet, now, site);
  }

  #open(packet: number, now: Micros, to: Arrival): void {
    const { host, site } = to;
    if (!host.limits.allow("synAck", now, this.#tuple.remote)) return site.drop(packet);
    const sequence = this.#sequence();
    const own = hash3(this.#seed ^ this.#tuple.local, this.#tuple.ports, sequence);
    // With its backlog full Linux answers with a cookie and keeps nothing.
    const record = host.halfOpen < host.backlog ? this.#table.add(this.#tuple) : NONE;
    if (record !== NONE) {
      host.halfOpen++;
      this.#table.sequence[record] = sequence;
      this.#table.ownSequence[record] = own;
      this.#table.route[record] = site.backOf(packet);
      this.#setDue(record, now);
      site.wakeAt(micros(now + FIRST_RETRY), this.#table.cookieOf(record));
    }
    this.#builder.writeSynAck(this.#span, this.#span, own);
    this.#leave(packet, now, site);
  }

  /**
   * A SYN meets a half-open connection. Same sequence number: SYN-ACK again, and the next one not
   * before its whole time has passed. In the window: RST, and the connection ends. Elsewhere: a
   * bare ACK of the first one. The answers that leave the connection standing come at most once in
   * 500 ms (`tcp_invalid_ratelimit`).
   */
  #repeated(packet: number, now: Micros, to: Arrival): void {
    const { host, site } = to;
    const table = this.#table;
    const record = table.find(this.#tuple);
    const sequence = this.#sequence();
    const next = addSequence(table.sequence[record]!, 1);
    if (isInWindow(sequence, next, host.profile.window ?? WINDOW)) {
      this.#remove(record);
      return this.#reset(packet, now, to);
    }
    const isSame = sequence === table.sequence[record];
    const flags = isSame ? TcpFlag.SYN | TcpFlag.ACK : TcpFlag.ACK;
    this.#remind(packet, now, { host, site, record, flags });
  }

  /** Tells the other side where its half-open connection stands, not too often. */
  #remind(
    packet: number,
    now: Micros,
    to: { host: Host; site: Site; record: number; flags: number },
  ): void {
    const { host, site, record, flags } = to;
    const table = this.#table;
    if (now - table.answeredAt[record]! < REPEAT_SPACING) return site.drop(packet);
    table.answeredAt[record] = now;
    if (!host.limits.allow("synAck", now, this.#tuple.remote)) return site.drop(packet);
    if (flags !== TcpFlag.ACK) this.#setDue(record, now);
    const own = table.ownSequence[record]!;
    this.#answer.flags = flags;
    this.#answer.sequence = flags === TcpFlag.ACK ? addSequence(own, 1) : own;
    this.#answer.acknowledgment = addSequence(table.sequence[record]!, 1);
    this.#builder.writeTcp(this.#span, this.#span, this.#answer);
    this.#leave(packet, now, site);
  }

  /** Sets when the SYN-ACK is sent again: the wait doubles with each time (RFC 6298 §5.5). */
  #setDue(record: number, now: Micros): void {
    this.#table.dueAt[record] = now + FIRST_RETRY * 2 ** this.#table.retries[record]!;
  }

  /** Forgets a connection. */
  #remove(record: number): void {
    const host = this.#hostAt(this.#table.localOf(record));
    if (host !== undefined) host.halfOpen--;
    this.#table.remove(record);
  }

  /** Sequence number of the segment at hand. */
  #sequence(): number {
    const { view, start } = this.#span;
    return tcpSequence(view, start + ipv4HeaderLength(view, start));
  }

  /** Sends the answer that the builder has written over the packet. */
  #leave(packet: number, now: Micros, site: Site): void {
    site.pool.length[packet] = this.#span.length;
    site.answer(packet, now);
  }
}
