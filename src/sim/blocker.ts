/**
 * An intrusion prevention system: it counts what somebody sends, and from a number of packets on
 * nothing of him passes any more, for a while or for good.
 */
import type { Micros } from "units";
import { ipv4Destination, ipv4Source } from "wire/ipv4.ts";
import type { Node, Site } from "./node.ts";
import { isOfClass, type TrafficClass } from "./traffic_class.ts";

/** What it does. */
export interface BlockerOptions {
  /** Packets that pass before it blocks. */
  readonly after: number;
  /** Which packets it counts; once it blocks, it blocks all. @default {"all"} */
  readonly counts?: TrafficClass;
  /** What is counted and blocked: a sender, or whatever is sent to one host. @default {"source"} */
  readonly per?: "source" | "target";
  /** Duration of a block, µs; what comes meanwhile does not prolong it. @default {Infinity} */
  readonly lasts?: number;
}

/** What is known of one address. */
interface Suspect {
  count: number;
  /** When the block ends; 0: there is none. */
  blockedUntil: number;
}

/** Addresses that are watched at most; then all are forgotten, as by a box that starts anew. */
const MAX_SUSPECTS = 65_536;

/** See the file's comment. */
export class Blocker implements Node {
  readonly #options: BlockerOptions;
  readonly #suspects = new Map<number, Suspect>();
  /** Packets that did not pass. */
  blocked = 0;

  constructor(options: BlockerOptions) {
    this.#options = options;
  }

  accept(packet: number, now: Micros, site: Site): void {
    const { pool } = site;
    const { after, counts = "all", lasts = Infinity } = this.#options;
    const suspect = this.#suspectOf(packet, site);
    if (suspect.blockedUntil > 0 && now >= suspect.blockedUntil) {
      suspect.blockedUntil = 0;
      suspect.count = 0;
    }
    if (suspect.blockedUntil === 0 && isOfClass(pool, packet, counts) && ++suspect.count > after) {
      suspect.blockedUntil = now + lasts;
    }
    if (suspect.blockedUntil === 0) return site.pass(packet, now);
    this.blocked++;
    site.drop(packet);
  }

  /** Nothing is ever asked for. */
  wake(): void {}

  #suspectOf(packet: number, site: Site): Suspect {
    const view = site.pool.view(packet);
    const at = site.pool.at(packet);
    const isBySource = this.#options.per !== "target";
    const address = isBySource ? ipv4Source(view, at) : ipv4Destination(view, at);
    let suspect = this.#suspects.get(address);
    if (suspect === undefined) {
      if (this.#suspects.size >= MAX_SUSPECTS) this.#suspects.clear();
      suspect = { count: 0, blockedUntil: 0 };
      this.#suspects.set(address, suspect);
    }
    return suspect;
  }
}
