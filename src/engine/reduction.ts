/**
 * Spreads a reduction over the round trip that follows it (PRR, RFC 6937): packets leave in
 * proportion to those that arrive, so that the window glides to its new size and neither stops half
 * a round trip nor bursts afterwards.
 */

/** One reduction at a time; a new one begins where the flight is then. */
export class Reduction {
  #start = 0;
  #target = 0;
  #delivered = 0;

  /** The window falls from what is in flight to `target`. */
  begin(inFlight: number, target: number): void {
    this.#start = inFlight;
    this.#target = Math.min(target, inFlight);
    this.#delivered = 0;
  }

  /** Packets have left the network. */
  onDelivered(packets: number): void {
    this.#delivered += packets;
  }

  /** The reduction is taken back. */
  end(): void {
    this.#delivered = this.#start;
  }

  /** Packets that may be in flight because of the reduction; below the target it says nothing. */
  get allowance(): number {
    if (this.#delivered >= this.#start) return 0;
    // RFC 6937: sent ≤ delivered × target / start, hence in flight ≤ start − delivered + sent.
    return this.#start - this.#delivered * (1 - this.#target / this.#start);
  }
}
