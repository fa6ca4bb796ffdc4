/** A box on the path that lets so many packets per second through, all of them or SYNs only. */
import type { Micros } from "units";
import { ipv4HeaderLength, ipv4Protocol, Protocol } from "wire/ipv4.ts";
import { TcpFlag, tcpFlags } from "wire/tcp.ts";
import { type Limiter, type LimiterOptions, makeLimiter } from "./limiter.ts";
import type { Node, Site } from "./node.ts";

/** Which packets are counted; the others pass. */
export type PolicedClass = "all" | "syn";

/** What a policer does. */
export interface PolicerOptions {
  readonly limit: LimiterOptions;
  readonly class: PolicedClass;
}

/** See the file's comment. */
export class Policer implements Node {
  readonly #limiter: Limiter;
  readonly #class: PolicedClass;
  /** Packets that it dropped. */
  dropped = 0;

  constructor(options: PolicerOptions) {
    this.#limiter = makeLimiter(options.limit);
    this.#class = options.class;
  }

  accept(packet: number, now: Micros, site: Site): void {
    const isPoliced = this.#class === "all" || isSyn(packet, site);
    if (isPoliced && !this.#limiter.allow(now)) {
      this.dropped++;
      return site.drop(packet);
    }
    site.pass(packet, now);
  }

  /** Nothing is ever asked for. */
  wake(): void {}
}

/** True for a TCP segment that opens a connection. */
export function isSyn(packet: number, site: Site): boolean {
  const view = site.pool.view(packet);
  const at = site.pool.at(packet);
  if (ipv4Protocol(view, at) !== Protocol.TCP) return false;
  const flags = tcpFlags(view, at + ipv4HeaderLength(view, at));
  return (flags & (TcpFlag.SYN | TcpFlag.ACK)) === TcpFlag.SYN;
}
