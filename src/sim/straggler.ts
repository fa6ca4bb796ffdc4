/** Lets a share of what passes come late: a host under load, a phone that wakes up. */
import type { Random } from "random";
import { type Micros, micros } from "units";
import type { Node, Site } from "./node.ts";

/** Who comes late, and by how much. */
export interface StragglerOptions {
  /** Probability that a packet is late. */
  readonly share: number;
  /** Shortest and longest delay of a late one, µs; every time between is as likely. */
  readonly from: number;
  readonly until: number;
}

/** See the file's comment. */
export class Straggler implements Node {
  readonly #options: StragglerOptions;
  readonly #random: Random;
  /** Packets that were held back. */
  held = 0;

  constructor(options: StragglerOptions, random: Random) {
    this.#options = options;
    this.#random = random;
  }

  accept(packet: number, now: Micros, site: Site): void {
    const { share, from, until } = this.#options;
    if (!this.#random.chance(share)) return site.pass(packet, now);
    this.held++;
    site.pass(packet, micros(now + from + (until - from) * this.#random.unit()));
  }

  /** Nothing is ever asked for. */
  wake(): void {}
}
