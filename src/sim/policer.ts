/** A box on the path that lets so many packets per second through, all of them or of one class. */
import { Random } from "random";
import type { Micros } from "units";
import { ipv4Source } from "wire/ipv4.ts";
import { type Limiter, type LimiterOptions, makeLimiter } from "./limiter.ts";
import type { Node, Site } from "./node.ts";
import { isOfClass, type TrafficClass } from "./traffic_class.ts";

/** What a policer does. */
export interface PolicerOptions {
  readonly limit: LimiterOptions;
  /** Which packets are counted; the others pass. */
  readonly class: TrafficClass;
}

/** See the file's comment. */
export class Policer implements Node {
  readonly #limiter: Limiter;
  readonly #class: TrafficClass;
  /** Packets that it dropped. */
  dropped = 0;

  /** @param random Used by limits with jitter only. */
  constructor(options: PolicerOptions, random: Random = new Random(1)) {
    this.#limiter = makeLimiter(options.limit, random);
    this.#class = options.class;
  }

  accept(packet: number, now: Micros, site: Site): void {
    const { pool } = site;
    if (isOfClass(pool, packet, this.#class)) {
      const remote = ipv4Source(pool.view(packet), pool.at(packet));
      if (!this.#limiter.allow(now, remote)) {
        this.dropped++;
        return site.drop(packet);
      }
    }
    site.pass(packet, now);
  }

  /** Nothing is ever asked for. */
  wake(): void {}
}
