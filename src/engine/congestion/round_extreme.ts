/** The largest or the smallest of the last rounds: a filter that forgets. */

/** See the file's comment. */
export class RoundExtreme {
  readonly #values: Float64Array;
  readonly #sign: 1 | -1;
  #next = 0;

  /** @param kind What is kept; nothing at all counts as the opposite extreme. */
  constructor(kind: "max" | "min", rounds: number) {
    this.#sign = kind === "max" ? 1 : -1;
    this.#values = new Float64Array(rounds).fill(-Infinity);
  }

  /** Takes the value of one more round in. */
  add(value: number): void {
    this.#values[this.#next] = this.#sign * value;
    this.#next = (this.#next + 1) % this.#values.length;
  }

  /** Forgets all rounds but this one. */
  reset(value: number): void {
    this.#values.fill(-Infinity);
    this.add(value);
  }

  /** The extreme; ∓Infinity if no round is remembered. */
  get value(): number {
    let extreme = -Infinity;
    for (let i = 0; i < this.#values.length; i++) extreme = Math.max(extreme, this.#values[i]!);
    return this.#sign * extreme;
  }
}
