/**
 * Finds the targets that are on the own link, by ARP: every machine there has to answer it,
 * whatever its firewall says. Requests are broadcasts, which all machines of the link have to read,
 * so they are paced.
 */
import { type Micros, micros, MILLISECOND, NEVER, SECOND } from "units";
import type { Route } from "./link.ts";
import type { TargetSpec } from "./target_spec.ts";

/** Requests per second at most. */
const MAX_RATE = 500;

/** Requests to one target. */
const TRIES = 3;

/** Time between them: answers on a link take a millisecond, a sleeping phone's some hundred. */
const SPACING = 400 * MILLISECOND;

/** A target that is looked for. */
interface Candidate {
  readonly spec: TargetSpec;
  readonly route: Route;
  tries: number;
  nextTry: Micros;
}

/** See the file's comment. */
export class NeighborSearch {
  readonly #solicit: (route: Route) => void;
  /** Targets by the index of their route, in the order in which they are asked. */
  readonly #waiting = new Map<number, Candidate>();
  #mayAskAt: Micros = micros(-Infinity);

  /** @param solicit Sends one request. */
  constructor(solicit: (route: Route) => void) {
    this.#solicit = solicit;
  }

  /** Targets that are still looked for. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Looks for a target. */
  add(spec: TargetSpec, route: Route): void {
    this.#waiting.set(route.index, { spec, route, tries: 0, nextTry: micros(-Infinity) });
  }

  /** A route has become reachable; returns its target if it was looked for. */
  take(route: Route): TargetSpec | undefined {
    const spec = this.#waiting.get(route.index)?.spec;
    this.#waiting.delete(route.index);
    return spec;
  }

  /** Sends what is due; returns the targets that have not answered at all. */
  step(now: Micros): TargetSpec[] {
    const absent: TargetSpec[] = [];
    for (const [index, candidate] of this.#waiting) {
      if (now < candidate.nextTry) break;
      if (candidate.tries === TRIES) {
        this.#waiting.delete(index);
        absent.push(candidate.spec);
        continue;
      }
      if (now < this.#mayAskAt) break;
      this.#ask(index, candidate, now);
    }
    return absent;
  }

  /** When {@linkcode NeighborSearch.step} has something to do. */
  get nextDeadline(): Micros {
    const [first] = this.#waiting.values();
    if (first === undefined) return NEVER;
    const paced = first.tries === TRIES ? first.nextTry : this.#mayAskAt;
    return micros(Math.max(first.nextTry, paced));
  }

  #ask(index: number, candidate: Candidate, now: Micros): void {
    this.#solicit(candidate.route);
    this.#mayAskAt = micros(Math.max(now, this.#mayAskAt + SECOND / MAX_RATE));
    candidate.tries++;
    candidate.nextTry = micros(now + SPACING);
    // To the end: whoever was asked longest ago is always first.
    this.#waiting.delete(index);
    this.#waiting.set(index, candidate);
  }
}
