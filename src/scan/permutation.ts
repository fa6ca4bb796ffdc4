/**
 * A seeded order of the numbers below a limit, computed place by place, so that four billion
 * addresses are shuffled without being held anywhere. A Feistel network is a bijection whatever its
 * round function is (Luby and Rackoff 1988); its domain, a power of four, is narrowed to the limit
 * by walking on until a number falls below it (Black and Rogaway 2002), four steps in the mean at
 * most.
 */
import { assert } from "assertion";
import { Random } from "random";

/** Rounds of the network: four make it look random (Luby and Rackoff). */
const ROUNDS = 4;

/** Largest limit: halves of 16 bits stay within whole 32-bit arithmetic. */
const MAX_SIZE = 2 ** 32;

/** See the file's comment. */
export class Permutation {
  /** How many numbers there are. */
  readonly size: number;
  readonly #keys = new Uint32Array(ROUNDS);
  readonly #halfBits: number;
  readonly #mask: number;

  /** The order of `size` numbers that a seed names. */
  constructor(size: number, seed: number) {
    assert(Number.isInteger(size) && size >= 0 && size <= MAX_SIZE, "A limit is 0 to 2^32");
    this.size = size;
    this.#halfBits = Math.max(1, Math.ceil(Math.log2(Math.max(2, size)) / 2));
    this.#mask = 2 ** this.#halfBits - 1;
    const random = new Random(seed);
    for (let round = 0; round < ROUNDS; round++) this.#keys[round] = random.uint32();
  }

  /** The number at a place; both are below {@linkcode Permutation.size}. */
  at(place: number): number {
    assert(place >= 0 && place < this.size, "There is no such place");
    let number = place;
    do number = this.#encrypt(number); while (number >= this.size);
    return number;
  }

  #encrypt(number: number): number {
    let left = Math.floor(number / 2 ** this.#halfBits);
    let right = number & this.#mask;
    for (let round = 0; round < ROUNDS; round++) {
      const mixed = left ^ (mix(right ^ this.#keys[round]!) & this.#mask);
      left = right;
      right = mixed;
    }
    return left * 2 ** this.#halfBits + right;
  }
}

/** A bijection of 32 bits that spreads every bit over all (the finalizer of SplitMix32). */
function mix(value: number): number {
  let z = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}
