/**
 * No more is in flight than the window allows. Stated exceptions: while nothing has answered there
 * is no window; a window that was reduced is not obeyed by packets that have left, but nothing new
 * leaves; one trigger at a time may go beyond it, or nothing would ever release the probes; and
 * two packets may always be out, a probe and that trigger.
 */
import type { Flow, FlowStats } from "engine/flow.ts";
import type { SimWorker } from "sim/sim_scan.ts";
import { type Checker, demand } from "./checker.ts";

/** A probe and the trigger that releases it. */
const LEAST_WINDOW = 2;

/** See the file's comment. */
export class WindowCheck implements Checker {
  readonly #before = new Map<Flow, FlowStats>();

  afterStep({ runner }: SimWorker): void {
    for (const flow of runner.flows) {
      const now = flow.stats;
      const before = this.#before.get(flow);
      this.#before.set(flow, now);
      const isClocked = before?.phase === "scan" && now.phase === "scan" && before.replies > 0;
      if (isClocked) checkStep(before, now);
    }
  }
}

function checkStep(before: FlowStats, now: FlowStats): void {
  const probes = now.probes - before.probes;
  const triggers = now.triggers - before.triggers;
  if (probes + triggers === 0) return;
  const isTail = probes === 0 && triggers === 1;
  demand(
    isTail || now.inFlight <= Math.max(LEAST_WINDOW, Math.floor(now.cwnd)) + 1,
    () =>
      `${now.inFlight} packets are in flight after ${probes} probes and ${triggers} triggers, ` +
      `the window is ${now.cwnd.toFixed(2)}`,
  );
}
