/**
 * The smallest round trip of each kind of transmission and target: what is above it is delay in
 * queues. Targets of a wide flow are at different distances, so that they have a base each.
 */
import type { Micros } from "units";
import { KIND_COUNT } from "./kind.ts";

/** Smallest round trips, in columns. */
export class BaseRtts {
  readonly #firstTarget: number;
  /** What the newest sample was above its base: the time in queues that all targets share, µs. */
  latestDelay = 0;
  readonly #least: Float32Array;

  /** Makes room for consecutive targets. */
  constructor(firstTarget: number, targetCount: number) {
    this.#firstTarget = firstTarget;
    this.#least = new Float32Array(targetCount * KIND_COUNT).fill(Infinity);
  }

  /** The smallest so far; Infinity before the first sample. */
  of(kind: number, target: number): number {
    return this.#least[(target - this.#firstTarget) * KIND_COUNT + kind]!;
  }

  /** Takes a sample in; returns what it is above the smallest, NaN for the first one. */
  sample(kind: number, target: number, rtt: Micros): number {
    const at = (target - this.#firstTarget) * KIND_COUNT + kind;
    const before = this.#least[at]!;
    if (rtt < before) this.#least[at] = rtt;
    this.latestDelay = rtt - this.#least[at]!;
    return before === Infinity ? NaN : this.latestDelay;
  }
}
