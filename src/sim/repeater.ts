/**
 * Sends a share of what passes again and again: a host whose answers nobody stops, a load balancer
 * gone mad. On the way back it makes of one answer many, each as true as the first.
 */
import type { Random } from "random";
import { type Micros, micros } from "units";
import type { Node, Site } from "./node.ts";

/** What is repeated, and how often. */
export interface RepeaterOptions {
  /** Probability that a packet is repeated. */
  readonly share: number;
  /** Copies of it. */
  readonly times: number;
  /** Between one copy and the next, µs. */
  readonly spacing: number;
}

/** See the file's comment. */
export class Repeater implements Node {
  readonly #options: RepeaterOptions;
  readonly #random: Random;
  /** Copies made. */
  copies = 0;

  constructor(options: RepeaterOptions, random: Random) {
    this.#options = options;
    this.#random = random;
  }

  accept(packet: number, now: Micros, site: Site): void {
    const { share, times, spacing } = this.#options;
    if (this.#random.chance(share)) {
      this.copies += times;
      for (let i = 1; i <= times; i++) {
        site.pass(site.pool.takeCopy(packet), micros(now + i * spacing));
      }
    }
    site.pass(packet, now);
  }

  /** Nothing is ever asked for. */
  wake(): void {}
}
