/**
 * Over many scans, "filtered" is wrong no more often than announced. One scan may always have bad
 * luck, so this looks at a set: wrong ≤ announced + 4 √announced. Scans that announce many errors
 * would cover up for the others and are judged one by one.
 */
import type { SimScanResult } from "sim/sim_scan.ts";
import { Breach } from "./checker.ts";

/** Wrong verdicts announced above which a scan is judged alone. */
const MANY = 0.5;

/** Deviations that chance may explain: one set in 30,000 exceeds four. */
const DEVIATIONS = 4;

/** See the file's comment. */
export class ErrorCheck {
  #announced = 0;
  #wrong = 0;
  /** Scans with wrong verdicts, by name. */
  readonly #blamed: string[] = [];

  /** @throws {Breach} If one scan that announced many errors has made still more. */
  add(name: string, result: SimScanResult): void {
    // Without a figure nothing was announced, and the scan has said so.
    const hasFigure = result.targets.every(({ ports, stats }) =>
      ports.length === 0 || !Number.isNaN(stats.residualError)
    );
    if (!hasFigure) return;
    const { announced, verdicts: { missed } } = result;
    if (announced > MANY) return demandWithin(missed, announced, name);
    this.#announced += announced;
    this.#wrong += missed;
    if (missed > 0) this.#blamed.push(`${name}: ${missed}, announced ${announced.toFixed(4)}`);
  }

  /** What it came to, in words. */
  get summary(): string {
    return `${this.#wrong} wrong "filtered", ${this.#announced.toFixed(2)} announced`;
  }

  /** @throws {Breach} If there are more wrong verdicts than were announced. */
  judge(): void {
    demandWithin(this.#wrong, this.#announced, this.#blamed.join("; "));
  }
}

function demandWithin(wrong: number, announced: number, where: string): void {
  if (wrong <= announced + DEVIATIONS * Math.sqrt(announced)) return;
  throw new Breach(`${wrong} wrong "filtered", ${announced.toFixed(4)} announced (${where})`);
}
