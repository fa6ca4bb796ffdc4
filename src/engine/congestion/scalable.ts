/**
 * Scalable TCP (Kelly, "Scalable TCP: Improving Performance in Highspeed Wide Area Networks",
 * 2003): growth and fall are shares of the window, so that recovery takes the same number of round
 * trips at any speed. Below its threshold it is Reno, so that it is no worse a neighbour there.
 */
import type { Ack } from "./controller.ts";
import type { Avoidance } from "./loss_based.ts";
import { Reno } from "./reno.ts";

/** Packets per acknowledged packet (a; no answer of ours stands for two, as delayed ACKs do). */
const INCREASE = 0.01;

/** Share of the window given up after a loss (b). */
const DECREASE = 1 / 8;

/** Legacy window (lwnd), packets: from here on the rule is Kelly's. */
const LEGACY_WINDOW = 16;

/** See the file's comment. */
export class Scalable implements Avoidance {
  readonly name = "scalable";
  readonly #reno = new Reno();

  increase(cwnd: number, ack: Ack): number {
    return cwnd <= LEGACY_WINDOW ? this.#reno.increase(cwnd, ack) : INCREASE * ack.packets;
  }

  decrease(cwnd: number, inFlight: number): number {
    return cwnd <= LEGACY_WINDOW ? this.#reno.decrease(cwnd, inFlight) : cwnd * (1 - DECREASE);
  }
}
