/** A window that never changes: the baseline that the others are compared with. */
import type { Micros } from "units";
import { type Ack, AVOIDANCE_PACING, type Controller } from "./controller.ts";

/** See the file's comment. */
export class Fixed implements Controller {
  readonly name: string;
  readonly cwnd: number;
  readonly ssthresh = 0;
  readonly pacingGain = AVOIDANCE_PACING;

  /** @param window Packets in flight, at least 2. */
  constructor(window: number) {
    this.name = `fixed:${window}`;
    this.cwnd = window;
  }

  onAck(_ack: Ack): void {}
  onLoss(_now: Micros, _inFlight: number): void {}
  onTimeout(_now: Micros, _inFlight: number): void {}
  onUndo(_now: Micros): void {}
}
