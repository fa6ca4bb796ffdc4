/**
 * Routes to targets; those without one are passed over with a warning, once for each reason. A scan
 * of a single target without a route cannot start.
 */
import type { ScanEvent } from "./event.ts";
import { type Link, LinkError, type Route } from "./link.ts";
import type { TargetSpec } from "./target_spec.ts";

/** See the file's comment. */
export class RouteFinder {
  readonly #link: Link;
  readonly #emit: (event: ScanEvent) => void;
  readonly #isAlone: boolean;
  /** Next hops that were waited for in vain. */
  readonly #absent = new Set<number>();
  #warnings = 0;

  constructor(
    link: Link,
    { emit, isAlone }: { emit: (event: ScanEvent) => void; isAlone: boolean },
  ) {
    this.#link = link;
    this.#emit = emit;
    this.#isAlone = isAlone;
  }

  /** The way to a target, next hop included; waits for it. Undefined: there is none. */
  wait(spec: TargetSpec): Route | undefined {
    return this.#try(spec, () => this.#link.route(spec.address));
  }

  /**
   * The way to a target. What is on the own link may not be reachable yet; routers are waited for,
   * each once. Undefined: there is none.
   */
  find(spec: TargetSpec): Route | undefined {
    return this.#try(spec, () => {
      const route = this.#link.findRoute(spec.address);
      if (route.reachable || route.onLink || this.#absent.has(route.index)) return route;
      const waited = this.#link.route(spec.address);
      if (!waited.reachable) this.#tellAbsent(waited);
      return waited;
    });
  }

  #tellAbsent({ index, interfaceName }: Route): void {
    this.#absent.add(index);
    const message = `A router on ${interfaceName} does not answer ARP: what is behind it is down`;
    this.#emit({ type: "warning", message });
  }

  #try(spec: TargetSpec, find: () => Route): Route | undefined {
    try {
      return find();
    } catch (error) {
      if (this.#isAlone || !(error instanceof LinkError) || error.code !== "no-route") throw error;
      this.#warn(spec, error.message);
      return undefined;
    }
  }

  /** Thousands of targets may lack a route: a few are named, the others counted as down. */
  #warn({ ip }: TargetSpec, message: string): void {
    this.#warnings++;
    if (this.#warnings < MAX_WARNINGS) this.#emit({ type: "warning", ip, message });
    if (this.#warnings !== MAX_WARNINGS) return;
    this.#emit({ type: "warning", message: "More targets have no route; they are not named" });
  }
}

/** Targets without a route that are named. */
const MAX_WARNINGS = 10;
