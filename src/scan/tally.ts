/** Counts over all targets of a scan, for its last event. */
import { PortState } from "engine/port_state.ts";
import type { EndEvent, ScanEvent, TargetEvent } from "./event.ts";
import type { WorkerTotals } from "./messages.ts";

/** Exit status of a scan that left pairs undecided. */
const UNDECIDED = 2;

/** Exit status of a scan that was interrupted. */
const INTERRUPTED = 130;

/** See the file's comment. */
export class Tally {
  #targets = 0;
  #up = 0;
  #open = 0;
  #undecided = 0;

  /** Takes an event in. */
  add(event: ScanEvent): void {
    if (event.type === "down") this.#targets += event.count;
    if (event.type !== "target") return;
    this.#targets++;
    if (event.state === "up") this.#up++;
    else if (event.state === "unknown") this.#undecided++;
    this.#count(event);
  }

  #count(event: TargetEvent): void {
    for (const state of event.states) {
      if (state === PortState.OPEN) this.#open++;
      else if (state === PortState.UNKNOWN) this.#undecided++;
    }
  }

  /** The last event of the scan. */
  end(how: {
    readonly timeUs: number;
    readonly elapsedUs: number;
    readonly totals: WorkerTotals;
    readonly isInterrupted: boolean;
  }): EndEvent {
    const { timeUs, elapsedUs, totals, isInterrupted } = how;
    return {
      type: "end",
      exit: isInterrupted ? INTERRUPTED : this.#undecided > 0 ? UNDECIDED : 0,
      timeUs,
      elapsedUs,
      targets: this.#targets,
      up: this.#up,
      open: this.#open,
      packetsSent: totals.sent,
      packetsReceived: totals.received,
      captureDropped: totals.captureDropped,
    };
  }
}
