/**
 * Somebody who lies: for a share of the SYNs that pass he sends false answers of several kinds, and
 * he may flood the scanner with them. The SYN itself goes on and gets its true answer, so what is
 * true of a port stays true.
 */
import type { Random } from "random";
import { assert } from "assertion";
import { type Micros, micros, SECOND } from "units";
import { Forger } from "./forger.ts";
import type { Node, Site } from "./node.ts";
import { NO_PACKET } from "./packet_pool.ts";
import { isOfClass } from "./traffic_class.ts";

/** Lies about one SYN, see {@linkcode Forger}. */
const LIES = ["wrongAck", "wrongPort", "stranger", "blind", "bogusError", "garbage"] as const;

/** A kind of lie. */
export type Lie = (typeof LIES)[number];

/** How somebody lies. */
export interface LiarOptions {
  /** Probability of each kind of lie, per SYN that passes. @default {{}} */
  readonly lies?: { readonly [Kind in Lie]?: number };
  /** A flood of blind answers that starts with the first SYN. @default {undefined} None. */
  readonly flood?: {
    /** Packets per second. */
    readonly rate: number;
    /** µs. */
    readonly lasts: number;
  };
}

/** See the file's comment. */
export class Liar implements Node {
  readonly #chances: readonly number[];
  readonly #flood: LiarOptions["flood"];
  readonly #random: Random;
  readonly #forger: Forger;
  /** What the flood answers: a copy of the first SYN. */
  #pattern = NO_PACKET;
  #back = 0;
  #floodEnd = 0;
  /** Lies told, by kind; those of the flood are apart. */
  readonly told: Record<Lie, number> = {
    wrongAck: 0,
    wrongPort: 0,
    stranger: 0,
    blind: 0,
    bogusError: 0,
    garbage: 0,
  };
  /** Packets of the flood. */
  flooded = 0;

  constructor(options: LiarOptions, random: Random) {
    this.#chances = LIES.map((lie) => options.lies?.[lie] ?? 0);
    this.#flood = options.flood;
    this.#random = random;
    this.#forger = new Forger(random);
    assert(options.flood === undefined || options.flood.rate > 0, "A flood has a rate");
  }

  accept(packet: number, now: Micros, site: Site): void {
    const { pool } = site;
    if (pool.damaged[packet] === 0 && isOfClass(pool, packet, "syn")) {
      if (this.#flood !== undefined && this.#floodEnd === 0) this.#beginFlood(packet, now, site);
      for (let i = 0; i < LIES.length; i++) {
        if (!this.#random.chance(this.#chances[i]!)) continue;
        this.told[LIES[i]!]++;
        site.launch(this.#forger[LIES[i]!](pool, packet), site.backOf(packet), now);
      }
    }
    site.pass(packet, now);
  }

  /** The next packet of the flood is due. */
  wake(now: Micros, _cookie: number, site: Site): void {
    if (now >= this.#floodEnd) {
      site.drop(this.#pattern);
      this.#pattern = NO_PACKET;
      return;
    }
    this.flooded++;
    site.wakeAt(micros(now + SECOND / this.#flood!.rate), 0);
    site.launch(this.#forger.blind(site.pool, this.#pattern), this.#back, now);
  }

  #beginFlood(packet: number, now: Micros, site: Site): void {
    this.#pattern = site.pool.takeCopy(packet);
    this.#back = site.backOf(packet);
    this.#floodEnd = now + this.#flood!.lasts;
    site.wakeAt(now, 0);
  }
}
