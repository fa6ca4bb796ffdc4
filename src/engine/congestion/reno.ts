/**
 * Reno: slow start and congestion avoidance (RFC 5681), one halving per round trip (NewReno,
 * RFC 6582). A lost packet costs no retransmission here, so there is no window inflation.
 */
import type { Micros } from "units";
import {
  type Ack,
  AVOIDANCE_PACING,
  type Controller,
  INITIAL_WINDOW,
  MIN_WINDOW,
  SLOW_START_PACING,
} from "./controller.ts";

/** Share of the window that must be in use for it to grow (RFC 7661, 4.3, in spirit). */
const IN_USE = 0.5;

/** See the file's comment. */
export class Reno implements Controller {
  readonly name = "reno";
  #cwnd: number = INITIAL_WINDOW;
  #ssthresh = Infinity;
  #cwndBefore: number = INITIAL_WINDOW;
  #ssthreshBefore = Infinity;

  get cwnd(): number {
    return this.#cwnd;
  }

  get ssthresh(): number {
    return this.#ssthresh;
  }

  get pacingGain(): number {
    return this.#cwnd < this.#ssthresh ? SLOW_START_PACING : AVOIDANCE_PACING;
  }

  onAck(ack: Ack): void {
    if (ack.inFlight < this.#cwnd * IN_USE) return;
    if (this.#cwnd < this.#ssthresh) { // RFC 5681, 3.1, counted in packets (RFC 3465)
      this.#cwnd = Math.min(this.#cwnd + ack.packets, Math.max(this.#ssthresh, this.#cwnd));
    } else {
      this.#cwnd += ack.packets / this.#cwnd;
    }
  }

  onLoss(_now: Micros, inFlight: number): void {
    this.#remember();
    this.#ssthresh = Math.max(inFlight / 2, MIN_WINDOW); // RFC 5681, equation (4)
    this.#cwnd = this.#ssthresh;
  }

  onTimeout(_now: Micros, inFlight: number): void {
    this.#remember();
    this.#ssthresh = Math.max(inFlight / 2, MIN_WINDOW);
    this.#cwnd = MIN_WINDOW;
  }

  onUndo(_now: Micros): void {
    this.#cwnd = Math.max(this.#cwnd, this.#cwndBefore);
    this.#ssthresh = Math.max(this.#ssthresh, this.#ssthreshBefore);
  }

  #remember(): void {
    this.#cwndBefore = this.#cwnd;
    this.#ssthreshBefore = this.#ssthresh;
  }
}
