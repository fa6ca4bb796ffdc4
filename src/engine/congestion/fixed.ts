/** A window that never changes: the baseline that the others are compared with. */
import type { Micros } from "units";
import { type Ack, AVOIDANCE_PACING, type Controller, windowRate } from "./controller.ts";

/** See the file's comment. */
export class Fixed implements Controller {
  readonly name: string;
  readonly cwnd: number;
  readonly ssthresh = 0;
  readonly burst = Infinity;
  readonly train = 1;
  readonly isQueueing = false;

  /** @param window Packets in flight, at least 2. */
  constructor(window: number) {
    this.name = `fixed:${window}`;
    this.cwnd = window;
  }

  pacingRate(srtt: number): number {
    return windowRate(AVOIDANCE_PACING, this.cwnd, srtt);
  }

  onAck(_ack: Ack): void {}
  onLoss(_now: Micros, _inFlight: number): void {}
  onMark(_now: Micros, _inFlight: number): void {}
  onTimeout(_now: Micros, _inFlight: number): void {}
  onUndo(_now: Micros): void {}
}
