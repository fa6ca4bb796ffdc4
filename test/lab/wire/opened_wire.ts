/** A wire whose ends are open, built by its plan, and the figures that it gives of itself. */
import type { Clock } from "ffi/clock.ts";
import type { NetworkInterface } from "ffi/interfaces.ts";
import { Network } from "sim/network.ts";
import { type Fabric, Gateway, Passage } from "./fabric.ts";
import { Lateness } from "./lateness.ts";
import { PresetWays } from "./preset_ways.ts";
import { WireEnd } from "./wire_end.ts";
import {
  buildPaths,
  buildPreset,
  type BuiltPaths,
  countersOf,
  type WirePlan,
} from "./wire_plan.ts";
import type { WireStats } from "./wire_stats.ts";

/** What the model tells of itself; presets and plain paths differ in that. */
interface Model {
  readonly fabric: Fabric;
  readonly paths: BuiltPaths;
  readonly overflowed: () => number;
}

/** A preset's stretches are its own business. */
const NO_PATHS: BuiltPaths = { out: [], back: [] };

/** See the file's comment. */
export class OpenedWire {
  readonly #model: Model;
  readonly #lateness = new Lateness();

  /** @throws {LinkError} If rights are missing or an interface is gone. */
  constructor(plan: WirePlan, interfaces: readonly NetworkInterface[], clock: Clock) {
    const network = plan.kind === "preset-paths" ? new PresetWays() : new Network();
    const shared = { clock, lateness: this.#lateness };
    const [near, far] = interfaces.map((each) => new WireEnd(each, network.pool, shared));
    this.#model = far === undefined ? lead(plan, network, near!) : join(plan, network, near!, far);
  }

  /** What its loop works with. */
  get fabric(): Fabric {
    return this.#model.fabric;
  }

  /** The figures so far. */
  stats(): WireStats {
    const { fabric: { network, ends }, paths, overflowed } = this.#model;
    return {
      ends: ends.map(({ counters }) => counters),
      paths: countersOf(paths),
      overflowed: overflowed(),
      late: this.#lateness.summary(),
      unrouted: network.unrouted,
      underWay: network.pool.inUse,
    };
  }

  /** Gives the sockets back. */
  close(): void {
    for (const end of this.fabric.ends) end.close();
  }
}

/** One end, and a virtual network behind it. */
function lead(plan: WirePlan, network: Network, near: WireEnd): Model {
  if (plan.kind !== "preset") throw new TypeError(`A plan of ${plan.kind} needs two interfaces`);
  const { overflowed } = buildPreset(network, near, plan);
  return { fabric: new Gateway(network, near, plan.gateway), paths: NO_PATHS, overflowed };
}

/** Two ends, and ways between them. */
function join(plan: WirePlan, network: Network, near: WireEnd, far: WireEnd): Model {
  const ends = { near, far };
  if (network instanceof PresetWays && plan.kind === "preset-paths") {
    const { overflowed } = buildPreset(network, near, plan);
    return { fabric: new Passage(network, ends, network.ways), paths: NO_PATHS, overflowed };
  }
  if (plan.kind !== "paths") throw new TypeError(`A plan of a ${plan.kind} needs one interface`);
  const paths = buildPaths(plan);
  const all = [...paths.out, ...paths.back];
  const overflowed = () => all.reduce((sum, { counters }) => sum + counters.overflowed, 0);
  return { fabric: new Passage(network, ends, paths), paths, overflowed };
}
