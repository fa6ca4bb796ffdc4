/**
 * A given rate and burst, obeyed whatever comes back: for paths whose limit is known, and for users
 * who know better. The window only follows, so that it never holds the rate down.
 */
import { type Micros, SECOND } from "units";
import { type Ack, type Controller, INITIAL_WINDOW } from "./controller.ts";

/** Windows that silent probes may fill until a trigger releases them. */
const SLACK = 2;

/** See the file's comment. */
export class Paced implements Controller {
  readonly name: string;
  readonly burst: number;
  readonly ssthresh = 0;
  readonly train = 1;
  readonly isQueueing = false;
  readonly #rate: number;
  #cwnd: number;

  /** @param rate Packets per second. */
  constructor(rate: number, burst: number) {
    this.name = `paced:${rate}:${burst}`;
    this.burst = burst;
    this.#rate = rate;
    this.#cwnd = INITIAL_WINDOW + burst;
  }

  get cwnd(): number {
    return this.#cwnd;
  }

  pacingRate(_srtt: number): number {
    return this.#rate;
  }

  onAck(ack: Ack): void {
    this.#cwnd = INITIAL_WINDOW + this.burst + (SLACK * this.#rate * ack.srtt) / SECOND;
  }

  onLoss(_now: Micros, _inFlight: number): void {}
  onMark(_now: Micros, _inFlight: number): void {}
  onTimeout(_now: Micros, _inFlight: number): void {}
  onUndo(_now: Micros): void {}
}
