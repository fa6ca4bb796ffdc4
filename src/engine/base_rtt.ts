/**
 * The smallest round trip of each kind of transmission and target: what is above it is delay in
 * queues. Targets of a wide flow are at different distances, so that they have a base each.
 */
import type { Micros } from "units";
import { KIND_COUNT } from "./kind.ts";

/** Smallest round trips, in columns. */
export class BaseRtts {
  readonly #firstTarget: number;
  readonly #least: Float32Array;

  /** Makes room for consecutive targets. */
  constructor(firstTarget: number, targetCount: number) {
    this.#firstTarget = firstTarget;
    this.#least = new Float32Array(targetCount * KIND_COUNT).fill(Infinity);
  }

  /** Takes a sample in; returns the smallest so far, this one included. */
  sample(kind: number, target: number, rtt: Micros): number {
    const at = (target - this.#firstTarget) * KIND_COUNT + kind;
    if (rtt < this.#least[at]!) this.#least[at] = rtt;
    return this.#least[at]!;
  }
}
