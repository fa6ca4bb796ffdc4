/**
 * Reno: one packet more per round trip, half the flight after a loss (RFC 5681), one halving per
 * round trip (NewReno, RFC 6582; the loss detector sees to that). A lost packet costs no
 * retransmission here, so there is no window inflation.
 */
import type { Ack } from "./controller.ts";
import type { Avoidance } from "./loss_based.ts";

/** See the file's comment. */
export class Reno implements Avoidance {
  readonly name = "reno";

  /** RFC 5681, equation (3), counted in packets. */
  increase(cwnd: number, ack: Ack): number {
    return ack.packets / cwnd;
  }

  /** RFC 5681, equation (4). */
  decrease(_cwnd: number, inFlight: number): number {
    return inFlight / 2;
  }
}
