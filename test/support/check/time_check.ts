/**
 * A scan ends, and in time that its network explains. The bound is far above what is good, which
 * the result tables say: it finds scans that hang, spin, or wait for what never comes.
 */
import { SECOND } from "units";
import type { SimScanResult } from "sim/sim_scan.ts";
import { type Checker, demand } from "./checker.ts";

/** See the file's comment. */
export class TimeCheck implements Checker {
  readonly #longest: number;

  /** @param longest Virtual time that a scan may take, µs. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  atEnd({ isFinished, elapsed }: SimScanResult): void {
    const seconds = (time: number) => `${(time / SECOND).toFixed(1)} s`;
    demand(
      isFinished && elapsed <= this.#longest,
      () => `took ${seconds(elapsed)}, at most ${seconds(this.#longest)} are explained`,
    );
  }
}
