/**
 * A network in which a preset finds its place, and its host does not: what stands between scanner
 * and host is kept, so that a real host can take the place of the simulated one.
 */
import { assert } from "assertion";
import { type Attachment, Network } from "sim/network.ts";
import type { Ways } from "./fabric.ts";

/** See the file's comment. */
export class PresetWays extends Network {
  #ways: Ways | undefined;

  /** What stands on the ways of the preset that has been attached. */
  get ways(): Ways {
    assert(this.#ways !== undefined, "A preset is attached before its ways are asked for");
    return this.#ways;
  }

  override attach({ out, back }: Attachment): void {
    assert(this.#ways === undefined, "A real host takes the place of one host, not of many");
    // The last on the way out is the host, the last on the way back takes what it answers.
    this.#ways = { out: out.slice(0, -1), back: back.slice(0, -1) };
  }
}
