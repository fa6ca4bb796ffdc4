/**
 * What must hold in every scan, whatever the network: each checker watches one rule, after every
 * step of every worker, at every event and at the end, and throws at the first breach.
 */
import type { ScanEvent } from "scan/event.ts";
import type { SimScanResult, SimWorker } from "sim/sim_scan.ts";

/** See the file's comment. */
export interface Checker {
  /** A worker has done a step. */
  afterStep?(worker: SimWorker): void;
  /** Something was told to the outside. */
  onEvent?(event: ScanEvent): void;
  /** The scan is over. */
  atEnd?(result: SimScanResult): void;
}

/** A rule was broken. */
export class Breach extends Error {
  override name = "Breach";
}

/** @throws {Breach} If the rule does not hold. */
export function demand(holds: boolean, message: string | (() => string)): asserts holds {
  if (!holds) throw new Breach(typeof message === "string" ? message : message());
}
