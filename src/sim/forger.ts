/**
 * False answers: packets that look like answers to one that is under way and are none. Whoever asks
 * with a tag that strangers cannot know must believe none of them.
 */
import type { Random } from "random";
import { AnswerBuilder, type TcpAnswer } from "wire/build.ts";
import { IcmpType, UnreachableCode } from "wire/icmp.ts";
import { IPV4_LENGTH, ipv4HeaderLength, setIpv4Source } from "wire/ipv4.ts";
import { addSequence } from "wire/seq.ts";
import {
  finishTcp,
  TCP_LENGTH,
  tcpDestinationPort,
  TcpFlag,
  tcpSequence,
  tcpSourcePort,
} from "wire/tcp.ts";
import type { PacketPool } from "./packet_pool.ts";
import { Span } from "./span.ts";

/** Addresses of strangers: TEST-NET-3 (RFC 5737). */
const STRANGERS = 0xcb007100;

/** Bytes of an ICMP error beside its quote. */
const ERROR_OVERHEAD = 28;

/** Codes of unreachable that mean something for a port. */
const CODES = [
  UnreachableCode.HOST,
  UnreachableCode.PORT,
  UnreachableCode.NET_PROHIBITED,
  UnreachableCode.HOST_PROHIBITED,
  UnreachableCode.ADMIN_PROHIBITED,
] as const;

/** Types of ICMP error that are no verdict about a port, whatever they quote. */
const OTHER_TYPES = [
  IcmpType.SOURCE_QUENCH,
  IcmpType.REDIRECT,
  IcmpType.TIME_EXCEEDED,
  IcmpType.PARAMETER_PROBLEM,
] as const;

/** Flags of the answers that a port gives. */
const FLAGS = [TcpFlag.SYN | TcpFlag.ACK, TcpFlag.RST | TcpFlag.ACK, TcpFlag.ACK] as const;

/** Writes forgeries into packets of the pool. What is answered must be a whole TCP segment. */
export class Forger {
  readonly #random: Random;
  readonly #builder = new AnswerBuilder();
  readonly #query = new Span();
  readonly #answer = new Span();
  readonly #segment: TcpAnswer = { flags: 0, sequence: 0, acknowledgment: 0 };
  readonly #error = { type: 0, code: 0, from: 0, quote: 0xffff };

  constructor(random: Random) {
    this.#random = random;
  }

  /** The port that was asked, from the right address, acknowledges something else. */
  wrongAck(pool: PacketPool, query: number): number {
    const asked = this.#load(pool, query);
    // Two and more beyond: one beyond is right, and some stacks acknowledge the number itself.
    const ahead = this.#random.chance(0.5)
      ? 2 + this.#random.below(1_000)
      : 2 + this.#random.below(0xffff_fffd);
    return this.#writeTcp(pool, addSequence(tcpSequence(this.#query.view, asked), ahead));
  }

  /** Right but for the port that it claims to come from. */
  wrongPort(pool: PacketPool, query: number): number {
    const asked = this.#load(pool, query);
    const { view } = this.#query;
    const packet = this.#writeTcp(pool, addSequence(tcpSequence(view, asked), 1));
    const at = pool.at(packet) + IPV4_LENGTH;
    const port = tcpDestinationPort(view, asked) + 1 + this.#random.below(0xffff);
    pool.view(packet).setUint16(at, port & 0xffff);
    return this.#finishTcp(pool, packet);
  }

  /** Right but for the address that it comes from. */
  stranger(pool: PacketPool, query: number): number {
    const asked = this.#load(pool, query);
    const packet = this.#writeTcp(pool, addSequence(tcpSequence(this.#query.view, asked), 1));
    setIpv4Source(pool.view(packet), pool.at(packet), STRANGERS + this.#random.below(256));
    return this.#finishTcp(pool, packet);
  }

  /** An answer to nothing: any port, any number, to a port near the one that was used. */
  blind(pool: PacketPool, query: number): number {
    const asked = this.#load(pool, query);
    const near = tcpSourcePort(this.#query.view, asked);
    const packet = this.#writeTcp(pool, this.#random.uint32());
    const view = pool.view(packet);
    const at = pool.at(packet) + IPV4_LENGTH;
    view.setUint16(at, this.#random.below(0x1_0000));
    view.setUint16(at + 2, (near - 40 + this.#random.below(80)) & 0xffff);
    return this.#finishTcp(pool, packet);
  }

  /** An ICMP error that quotes what was never sent, or that says nothing about the port. */
  bogusError(pool: PacketPool, query: number): number {
    const asked = this.#load(pool, query);
    const isOther = this.#random.chance(0.25);
    this.#error.type = isOther ? OTHER_TYPES[this.#random.below(4)]! : IcmpType.UNREACHABLE;
    this.#error.code = isOther ? 0 : CODES[this.#random.below(CODES.length)]!;
    this.#error.from = this.#random.chance(0.5) ? 0 : STRANGERS + this.#random.below(256);
    this.#error.quote = this.#random.chance(0.5) ? 0xffff : 8;
    const packet = pool.take(this.#query.length + ERROR_OVERHEAD);
    // The quote is of a number that was not sent: what is under way is changed for a moment.
    const { view } = this.#query;
    const sent = tcpSequence(view, asked);
    view.setUint32(asked + 4, addSequence(sent, 1 + this.#random.below(0xffff_fffe)));
    this.#builder.writeError(this.#query, this.#answer.load(pool, packet), this.#error);
    view.setUint32(asked + 4, sent);
    pool.length[packet] = this.#answer.length;
    return packet;
  }

  /** Bytes that make no sense, behind an IP header that does as far as needed to arrive. */
  garbage(pool: PacketPool, query: number): number {
    this.#load(pool, query);
    const packet = this.#writeTcp(pool, this.#random.uint32());
    const view = pool.view(packet);
    const at = pool.at(packet);
    const length = IPV4_LENGTH + this.#random.below(60);
    pool.length[packet] = length;
    for (let i = IPV4_LENGTH; i < length; i++) view.setUint8(at + i, this.#random.below(256));
    // Lengths that lie, options that are none, another protocol.
    for (const offset of [0, 2, 3, 6, 9]) {
      if (!this.#random.chance(0.3)) continue;
      view.setUint8(at + offset, offset === 0 ? 0x40 + this.#random.below(16) : this.#byte());
    }
    return packet;
  }

  #byte(): number {
    return this.#random.below(256);
  }

  /** Loads what is answered; returns where its TCP header starts. */
  #load(pool: PacketPool, query: number): number {
    const { view, start } = this.#query.load(pool, query);
    return start + ipv4HeaderLength(view, start);
  }

  /** Some segment that acknowledges this, from whoever was asked. */
  #writeTcp(pool: PacketPool, acknowledgment: number): number {
    const packet = pool.take(IPV4_LENGTH + TCP_LENGTH + 4);
    this.#segment.flags = FLAGS[this.#random.below(FLAGS.length)]!;
    this.#segment.sequence = this.#random.uint32();
    this.#segment.acknowledgment = acknowledgment;
    this.#builder.writeTcp(this.#query, this.#answer.load(pool, packet), this.#segment);
    pool.length[packet] = this.#answer.length;
    return packet;
  }

  #finishTcp(pool: PacketPool, packet: number): number {
    const at = pool.at(packet);
    const body = pool.length[packet]! - IPV4_LENGTH;
    finishTcp(pool.view(packet), at + IPV4_LENGTH, body, at);
    return packet;
  }
}
