/** Does to a runner what a {@linkcode ScanControl} says; looks at every step. */
import type { ScanControl } from "./control.ts";

/** What can be steered: a job runner. */
export interface Steerable {
  readonly isPaused: boolean;
  pause(): void;
  resume(): void;
  setMaxRate(rate: number): void;
  skip(address: Uint8Array): void;
}

/** See the file's comment. */
export class Obedience {
  readonly #control: ScanControl;
  #maxRate: number | undefined;
  #skips = 0;

  constructor(control: ScanControl) {
    this.#control = control;
  }

  /** Does what is new since the last time. */
  apply(runner: Steerable): void {
    const { isPaused, maxRate, skips } = this.#control;
    if (isPaused !== runner.isPaused) {
      if (isPaused) runner.pause();
      else runner.resume();
    }
    if (maxRate !== undefined && maxRate !== this.#maxRate) runner.setMaxRate(maxRate);
    this.#maxRate = maxRate;
    if (skips !== this.#skips) runner.skip(this.#control.skipped);
    this.#skips = skips;
  }
}
