/**
 * The scanner's machine as the network sees it: hands what arrives to the links that listen, and
 * plays the machine's kernel, which knows nothing of the scan.
 */
import type { Micros } from "units";
import { AnswerBuilder } from "wire/build.ts";
import { checkIpv4, HeaderCheck, ipv4HeaderLength, ipv4Protocol, Protocol } from "wire/ipv4.ts";
import { checkTcp, TcpFlag, tcpFlags } from "wire/tcp.ts";
import type { Network } from "./network.ts";
import type { Node, Site } from "./node.ts";
import { Span } from "./span.ts";

/** Somebody who listens on the scanner's machine. It copies what it keeps. */
export interface Listener {
  /** A packet has arrived; it stays the caller's. */
  hear(packet: number, now: Micros): void;
}

/** See the file's comment. */
export class ScannerEnd implements Node {
  readonly #network: Network;
  readonly #kernelResets: boolean;
  readonly #listeners: Listener[] = [];
  readonly #builder = new AnswerBuilder();
  readonly #span = new Span();
  /** RSTs that the kernel sent. */
  resets = 0;

  /**
   * @param kernelResets True if the kernel answers an unsolicited SYN-ACK or ACK with a RST, as
   * Linux does; false where a firewall eats what belongs to no connection.
   */
  constructor(network: Network, kernelResets: boolean) {
    this.#network = network;
    this.#kernelResets = kernelResets;
  }

  /** Lets somebody listen from now on. */
  listen(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** Ends it. */
  forget(listener: Listener): void {
    const at = this.#listeners.indexOf(listener);
    if (at >= 0) this.#listeners.splice(at, 1);
  }

  accept(packet: number, now: Micros, site: Site): void {
    for (let i = 0; i < this.#listeners.length; i++) this.#listeners[i]!.hear(packet, now);
    if (this.#kernelResets && site.pool.damaged[packet] === 0 && this.#writeReset(packet, site)) {
      this.resets++;
      return this.#network.send(packet, now);
    }
    site.drop(packet);
  }

  /** Nothing is ever asked for. */
  wake(): void {}

  /** Turns a segment with ACK and without RST into the RST that the kernel sends (RFC 9293). */
  #writeReset(packet: number, site: Site): boolean {
    const { pool } = site;
    const view = pool.view(packet);
    const at = pool.at(packet);
    const stored = pool.stored(packet);
    if (checkIpv4(view, at, stored) !== HeaderCheck.OK) return false;
    if (ipv4Protocol(view, at) !== Protocol.TCP) return false;
    const tcpAt = at + ipv4HeaderLength(view, at);
    if (checkTcp(view, tcpAt, stored - (tcpAt - at)) !== HeaderCheck.OK) return false;
    const flags = tcpFlags(view, tcpAt);
    if ((flags & TcpFlag.RST) !== 0 || (flags & TcpFlag.ACK) === 0) return false;
    this.#span.load(pool, packet);
    this.#builder.writeReset(this.#span, this.#span);
    pool.length[packet] = this.#span.length;
    return true;
  }
}
