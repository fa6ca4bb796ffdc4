/**
 * Hosts at different distances behind one path: delays each packet by what belongs to its host.
 * Packets of one host keep their order.
 */
import { type Micros, micros } from "units";
import { ipv4Destination, ipv4Source } from "wire/ipv4.ts";
import { unitHash } from "./hash.ts";
import type { Node } from "./node.ts";

/** How far away hosts are. */
export interface DistancesOptions {
  /** Round trip of the nearest, µs … */
  readonly nearest: number;
  /** … and of the farthest; all others lie evenly between. */
  readonly farthest: number;
  readonly seed: number;
}

/** See the file's comment. Its two faces stand on the way out and on the way back. */
export class Distances {
  /** Delays what goes to a host. */
  readonly outward: Node;
  /** Delays what a host answers. */
  readonly inward: Node;
  readonly #options: DistancesOptions;

  constructor(options: DistancesOptions) {
    this.#options = options;
    this.outward = {
      accept: (packet, now, site) => {
        const host = ipv4Destination(site.pool.view(packet), site.pool.at(packet));
        site.pass(packet, micros(now + this.roundTrip(host) / 2));
      },
      wake() {},
    };
    this.inward = {
      accept: (packet, now, site) => {
        const host = ipv4Source(site.pool.view(packet), site.pool.at(packet));
        site.pass(packet, micros(now + this.roundTrip(host) / 2));
      },
      wake() {},
    };
  }

  /** Round trip to a host, µs. */
  roundTrip(host: number): Micros {
    const { nearest, farthest, seed } = this.#options;
    return micros(nearest + (farthest - nearest) * unitHash(seed, host, 0));
  }
}
