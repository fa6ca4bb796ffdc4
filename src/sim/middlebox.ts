/**
 * A box on the path that answers in the place of the hosts behind it: a firewall that resets some
 * ports itself, a provider's filter for mail and Windows ports, a SYN proxy that answers every SYN.
 * It stands nearer than the hosts, so its TTL and round trip differ from theirs.
 */
import { type Micros, PORT_COUNT } from "units";
import { AnswerBuilder } from "wire/build.ts";
import { IcmpType, UnreachableCode } from "wire/icmp.ts";
import { ipv4Destination, ipv4HeaderLength, ipv4Protocol, Protocol } from "wire/ipv4.ts";
import { tcpDestinationPort, TcpFlag, tcpFlags, tcpSequence } from "wire/tcp.ts";
import { hash3 } from "./hash.ts";
import type { Node, Site } from "./node.ts";
import { Span } from "./span.ts";

/** What a box does. */
export interface MiddleboxOptions {
  /** Ports that it answers for. */
  readonly ports: readonly number[] | "all";
  /** `prohibited` is ICMP code 13, from {@linkcode address}. */
  readonly answer: "syn-ack" | "rst" | "prohibited";
  /** Hops that its answers may take. @default {255} */
  readonly ttl?: number;
  /** Receive window of its SYN-ACKs. @default {0} A SYN proxy has nothing to receive with. */
  readonly window?: number;
  /** Maximum segment size in its SYN-ACKs. @default {0} No option. */
  readonly mss?: number;
  /**
   * Route of its answers: the part of the way back that begins at the box. @default {undefined} The
   * whole way back from the hosts.
   */
  readonly back?: number;
  /** Its own address, for ICMP. @default {0} It takes that of the host. */
  readonly address?: number;
}

/** Bytes of an ICMP error beside its quote, and of the quote behind its IP header. */
const ERROR_OVERHEAD = 28;
const QUOTE = 8;

/** All flags but those of ECN, which a SYN may carry (RFC 3168 §6.1.1). */
const PLAIN = 0x3f;

/** See the file's comment. */
export class Middlebox implements Node {
  readonly #options: MiddleboxOptions;
  readonly #mine = new Uint8Array(PORT_COUNT);
  readonly #builder = new AnswerBuilder();
  readonly #query = new Span();
  readonly #answer = new Span();
  readonly #error;
  /** Answers that it gave. */
  answered = 0;

  constructor(options: MiddleboxOptions) {
    this.#options = options;
    if (options.ports === "all") this.#mine.fill(1);
    else for (const port of options.ports) this.#mine[port] = 1;
    this.#builder.ttl = options.ttl ?? 255;
    this.#builder.window = options.window ?? 0;
    this.#builder.mss = options.mss ?? 0;
    this.#error = {
      type: IcmpType.UNREACHABLE,
      code: UnreachableCode.ADMIN_PROHIBITED,
      from: options.address ?? 0,
      quote: QUOTE,
    };
  }

  accept(packet: number, now: Micros, site: Site): void {
    const { view, start } = this.#query.load(site.pool, packet);
    const isTcp = ipv4Protocol(view, start) === Protocol.TCP;
    if (!isTcp || site.pool.damaged[packet] !== 0) return site.pass(packet, now);
    const tcpAt = start + ipv4HeaderLength(view, start);
    if (this.#mine[tcpDestinationPort(view, tcpAt)] === 0) return site.pass(packet, now);
    const flags = tcpFlags(view, tcpAt);
    const answer = (flags & TcpFlag.RST) === 0 ? this.#write(packet, site, flags) : packet;
    const route = this.#options.back ?? site.backOf(packet);
    // A RST is for the box; what else it does not answer it does not let through either.
    if (answer === packet) return site.drop(packet);
    site.drop(packet);
    this.answered++;
    site.launch(answer, route, now);
  }

  /** Nothing is ever asked for. */
  wake(): void {}

  /** @returns A new packet; the same one if there is no answer. */
  #write(packet: number, site: Site, flags: number): number {
    const kind = this.#options.answer;
    // What belongs to no connection fails a SYN proxy's test and ends.
    if (kind === "syn-ack" && (flags & PLAIN) !== TcpFlag.SYN) return packet;
    const { pool } = site;
    const answer = pool.take(pool.stored(packet) + ERROR_OVERHEAD);
    this.#query.load(pool, packet);
    this.#answer.load(pool, answer);
    if (kind === "rst") this.#builder.writeReset(this.#query, this.#answer);
    else if (kind === "prohibited") {
      this.#builder.writeError(this.#query, this.#answer, this.#error);
    } else this.#builder.writeSynAck(this.#query, this.#answer, this.#cookie());
    pool.length[answer] = this.#answer.length;
    return answer;
  }

  /** First sequence number of a connection: it depends on the SYN and needs no memory. */
  #cookie(): number {
    const { view, start } = this.#query;
    const tcpAt = start + ipv4HeaderLength(view, start);
    const ports = view.getUint32(tcpAt);
    return hash3(ipv4Destination(view, start), ports, tcpSequence(view, tcpAt));
  }
}
