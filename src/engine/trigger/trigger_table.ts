/**
 * Which transmission a trigger's answer belongs to. Triggers are counted; count and local port
 * together travel in the tag and come back, and this table turns them into a serial number.
 */
import { NO_SERIAL } from "../flight.ts";

/** Triggers remembered; an answer to an older one is late beyond use. */
const MEMORY = 4_096;

/** Values of the 8 bits that count per 4-tuple. */
const ROUNDS = 256;

/** Remembers the newest triggers by their count. */
export class TriggerTable {
  readonly #serials = new Uint32Array(MEMORY).fill(NO_SERIAL);
  readonly #portCount: number;
  #next = 0;

  /** @param portCount Local ports that triggers rotate over. */
  constructor(portCount: number) {
    this.#portCount = portCount;
  }

  /** Remembers a trigger and returns its count. */
  add(serial: number): number {
    this.#serials[this.#next % MEMORY] = serial;
    return this.#next++;
  }

  /** Which of the local ports a count uses. */
  portOf(count: number): number {
    return count % this.#portCount;
  }

  /** How often that port had been used before, modulo 256. */
  roundOf(count: number): number {
    return Math.floor(count / this.#portCount) % ROUNDS;
  }

  /** Serial of the newest trigger with this local port and round; NO_SERIAL if too old. */
  findByPort(port: number, round: number): number {
    return this.#find(round * this.#portCount + port, ROUNDS * this.#portCount);
  }

  /** Serial of the newest trigger whose count has these low bits. */
  findByCount(low: number, modulus: number): number {
    return this.#find(low, modulus);
  }

  /** True if no trigger has left from this local port after the one of this round. */
  isNewest(port: number, round: number): boolean {
    return this.#backTo(round * this.#portCount + port, ROUNDS * this.#portCount) < this.#portCount;
  }

  #find(residue: number, modulus: number): number {
    const back = this.#backTo(residue, modulus);
    const count = this.#next - 1 - back;
    if (count < 0 || back >= MEMORY) return NO_SERIAL;
    return this.#serials[count % MEMORY]!;
  }

  /** How many triggers have been counted after the newest one with these low bits. */
  #backTo(residue: number, modulus: number): number {
    return (((this.#next - 1 - residue) % modulus) + modulus) % modulus;
  }
}
