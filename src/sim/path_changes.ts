/** Conditions that change during a scan: what becomes of a stretch of path, and when. */
import type { Micros } from "units";
import type { BottleneckOptions } from "./bottleneck.ts";
import type { LossOptions } from "./loss.ts";
import type { Network } from "./network.ts";
import type { Path } from "./path.ts";

/** What is different from a moment on; what is left out stays as it is. */
export interface PathChange {
  readonly at: Micros;
  /** One way, µs. */
  readonly delay?: number;
  /** Rates of the bottleneck, which must be there. */
  readonly rate?: Pick<BottleneckOptions, "bitsPerSecond" | "packetsPerSecond">;
  readonly loss?: LossOptions;
}

/** Lets a stretch of path change at the given times. */
export function scheduleChanges(
  network: Network,
  path: Path,
  changes: readonly PathChange[],
): void {
  for (const change of changes) {
    network.schedule(change.at, () => {
      if (change.delay !== undefined) path.setDelay(change.delay);
      if (change.rate !== undefined) path.setRate(change.rate);
      if (change.loss !== undefined) path.setLoss(change.loss);
    });
  }
}
