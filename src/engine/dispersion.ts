/**
 * What the path can carry, from packets that left back to back: the slowest link on the way spreads
 * them out, and their answers keep that distance (packet trains, Dovrolis et al. 2001). It is a
 * hint for the end of slow start and never a rate to send at: cross traffic makes it too small,
 * answers that are read in bunches too large.
 */
import { type Micros, SECOND } from "units";

/** Packets between two answers of a train: fewer say more about clocks than about the path. */
const LEAST_LENGTH = 8;

/** Trains that the estimate is the median of. */
const TRAINS = 7;

/** Trains whose answers are waited for: those of near hosts overtake those of far ones. */
const OPEN = 16;

/** See the file's comment. */
export class Dispersion {
  readonly #samples = new Float64Array(TRAINS);
  readonly #sorted = new Float64Array(TRAINS);
  #count = 0;
  /** By open train: when it left, and of its first answer from whom, to which packet, and when. */
  readonly #sentAt = new Float64Array(OPEN).fill(-1);
  readonly #target = new Float64Array(OPEN);
  readonly #serial = new Float64Array(OPEN);
  readonly #time = new Float64Array(OPEN);
  /** Number of its sample, or −1. */
  readonly #sample = new Float64Array(OPEN);
  #next = 0;

  /** A transmission to `target` that left at `sentAt` was answered. */
  onAnswered(serial: number, sentAt: Micros, time: Micros, target = 0): void {
    const train = this.#sentAt.indexOf(sentAt);
    if (train < 0) return this.#open(serial, sentAt, time, target);
    // Hosts are at different distances: both ends of a train must be of the same.
    if (target !== this.#target[train]) return;
    const length = serial - this.#serial[train]!;
    const spread = time - this.#time[train]!;
    if (length < LEAST_LENGTH || spread <= 0) return;
    if (this.#sample[train]! < 0) this.#sample[train] = this.#count++;
    const number = this.#sample[train]!;
    if (number >= this.#count - TRAINS) {
      this.#samples[number % TRAINS] = (length * SECOND) / spread;
    }
  }

  /** Packets per second; NaN until there were enough trains. */
  get capacity(): number {
    if (this.#count < TRAINS) return NaN;
    this.#sorted.set(this.#samples);
    this.#sorted.sort();
    return this.#sorted[TRAINS >>> 1]!;
  }

  #open(serial: number, sentAt: Micros, time: Micros, target: number): void {
    const train = this.#next;
    this.#next = (train + 1) % OPEN;
    this.#sentAt[train] = sentAt;
    this.#target[train] = target;
    this.#serial[train] = serial;
    this.#time[train] = time;
    this.#sample[train] = -1;
  }
}
