/**
 * A router of old that asks senders to slow down (ICMP source quench, RFC 792) while the queue
 * behind it is long. Deprecated (RFC 6633), so a sender is right to ignore it, but it is still met.
 */
import type { Micros } from "units";
import { AnswerBuilder } from "wire/build.ts";
import { ICMP_LENGTH, IcmpType, QUOTE_LENGTH } from "wire/icmp.ts";
import { IPV4_LENGTH } from "wire/ipv4.ts";
import type { Bottleneck } from "./bottleneck.ts";
import type { Node, Site } from "./node.ts";
import { Span } from "./span.ts";

/** When it speaks, and as whom. */
export interface SourceQuencherOptions {
  /** The queue that it watches: that of the path behind it. */
  readonly bottleneck: Bottleneck;
  /** Packets that may wait without a word. */
  readonly above: number;
  /** Of the packets that meet a longer queue, one in so many is answered. */
  readonly every: number;
  /** The router's own address. */
  readonly address: number;
  /** Route of its messages. @default {undefined} The whole way back from the hosts. */
  readonly back?: number;
}

/** See the file's comment. */
export class SourceQuencher implements Node {
  readonly #options: SourceQuencherOptions;
  readonly #builder = new AnswerBuilder();
  readonly #query = new Span();
  readonly #answer = new Span();
  readonly #error;
  #met = 0;
  /** Messages sent. */
  sent = 0;

  constructor(options: SourceQuencherOptions) {
    this.#options = options;
    this.#builder.ttl = 255;
    const type = IcmpType.SOURCE_QUENCH;
    this.#error = { type, code: 0, from: options.address, quote: QUOTE_LENGTH };
  }

  accept(packet: number, now: Micros, site: Site): void {
    const { bottleneck, above, every } = this.#options;
    const isLong = bottleneck.backlog(now) > above && site.pool.damaged[packet] === 0;
    if (isLong && this.#met++ % every === 0) {
      this.#quench(packet, now, site);
    }
    site.pass(packet, now);
  }

  /** Nothing is ever asked for. */
  wake(): void {}

  #quench(packet: number, now: Micros, site: Site): void {
    const { pool } = site;
    // A quoted IP header has 60 bytes at most.
    const answer = pool.take(IPV4_LENGTH + ICMP_LENGTH + 60 + QUOTE_LENGTH);
    this.#query.load(pool, packet);
    this.#answer.load(pool, answer);
    this.#builder.writeError(this.#query, this.#answer, this.#error);
    pool.length[answer] = this.#answer.length;
    this.sent++;
    site.launch(answer, this.#options.back ?? site.backOf(packet), now);
  }
}
