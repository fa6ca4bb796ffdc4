/**
 * Vegas (Brakmo and Peterson, "TCP Vegas: End to End Congestion Avoidance on a Global Internet",
 * 1995): the window grows while fewer than α of our packets wait in queues, shrinks while more
 * than β do, and holds in between. It sees a queue before it overflows.
 *
 * Slow start is the one of all window algorithms here, doubled each round trip and not each second
 * one; γ ends it beside the other signs.
 */
import type { Ack } from "./controller.ts";
import type { Avoidance } from "./loss_based.ts";

/** Packets in queues below which the window grows (paper: 2). */
const ALPHA = 2;

/** … and above which it shrinks (paper: 4). */
const BETA = 4;

/** … and with which slow start ends (paper: γ 1). */
const GAMMA = 1;

/** Samples that a round needs to be judged; with fewer it is joined to the next. */
const SAMPLES = 3;

/** See the file's comment. */
export class Vegas implements Avoidance {
  readonly name = "vegas";
  /** Smallest RTT of the round, above the base of its kind; and that base. */
  #delay = Infinity;
  #base = Infinity;
  #samples = 0;
  /** What the last round has shown: 1 grow, −1 shrink, 0 hold. */
  #direction = 1;

  increase(cwnd: number, ack: Ack): number {
    const queued = this.#queued(cwnd, ack);
    if (queued >= 0) this.#direction = queued < ALPHA ? 1 : queued > BETA ? -1 : 0;
    // One packet a round trip, spread over it.
    return (this.#direction * ack.packets) / cwnd;
  }

  /** A loss is answered as in Reno: the delay has not shown it coming. */
  decrease(_cwnd: number, inFlight: number): number {
    return inFlight / 2;
  }

  endsSlowStart(cwnd: number, ack: Ack): boolean {
    return this.#queued(cwnd, ack) > GAMMA;
  }

  /** Our packets in queues, as of the round that has just ended; −1 if none has. */
  #queued(cwnd: number, ack: Ack): number {
    const hasRound = ack.isRoundStart && this.#samples >= SAMPLES;
    const queued = hasRound ? (cwnd * this.#delay) / (this.#base + this.#delay) : -1;
    if (hasRound) {
      this.#delay = Infinity;
      this.#samples = 0;
    }
    if (!Number.isNaN(ack.delay)) {
      this.#samples++;
      this.#delay = Math.min(this.#delay, ack.delay);
      this.#base = ack.minRtt;
    }
    return queued;
  }
}
