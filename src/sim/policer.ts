/** A box on the path that lets so many packets per second through, all of them or of one class. */
import type { Micros } from "units";
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

  constructor(options: PolicerOptions) {
    this.#limiter = makeLimiter(options.limit);
    this.#class = options.class;
  }

  accept(packet: number, now: Micros, site: Site): void {
    if (isOfClass(site.pool, packet, this.#class) && !this.#limiter.allow(now)) {
      this.dropped++;
      return site.drop(packet);
    }
    site.pass(packet, now);
  }

  /** Nothing is ever asked for. */
  wake(): void {}
}
