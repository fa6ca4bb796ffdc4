/**
 * No pair is lost: what has no verdict waits in a ring or is under way, and at the end every pair
 * has a verdict or a reason for none.
 */
import { PortState } from "engine/port_state.ts";
import type { SimScanResult, SimWorker } from "sim/sim_scan.ts";
import { type Checker, demand } from "./checker.ts";

/** See the file's comment. */
export class PairsCheck implements Checker {
  afterStep({ runner }: SimWorker): void {
    for (const flow of runner.flows) {
      const { waiting, resting, unjudged } = flow.whereabouts;
      const open = flow.space.size - flow.outcomes.settled;
      demand(
        open <= waiting + resting + unjudged,
        () => `${open} pairs have no verdict, but only ${waiting + resting + unjudged} are known`,
      );
      demand(
        waiting + resting <= flow.space.size,
        () => `${waiting} pairs wait and ${resting} rest, of ${flow.space.size}`,
      );
    }
  }

  atEnd(result: SimScanResult): void {
    if (!result.isFinished) return;
    for (const target of result.targets) {
      const undecided = target.states.filter((state) => state === PortState.UNKNOWN).length;
      demand(
        undecided === 0 || target.undecidedBecause !== undefined,
        () => `${undecided} pairs of ${target.ip} have no verdict, and no reason for none`,
      );
    }
  }
}
