/**
 * Scans random networks in virtual time under the eyes of all checkers, and prints each seed whose
 * scan breaks a rule, and how to see it again.
 *
 * Usage: deno task sim [--seeds N] [--from SEED]   or   deno task sim --seed SEED
 */
// deno-lint-ignore-file no-console -- a program: its output is its purpose
import type { ScanEvent } from "scan/event.ts";
import { SECOND } from "units";
import { ErrorCheck } from "../support/check/error_check.ts";
import { runSeed, type SeedReport } from "./random_scan.ts";

/** Networks if no number is given. */
const SEEDS = 200;

/** Seeds have 32 bits. */
const SEED_RANGE = 2 ** 32;

if (import.meta.main) Deno.exit(main(Deno.args));

/** Returns the exit code: 1 if a rule was broken. */
function main(args: readonly string[]): number {
  const options = readArgs(args);
  if (options.seed !== undefined) return replay(options.seed);
  const from = options.from ?? Math.floor(Math.random() * SEED_RANGE);
  console.log(`${options.seeds} random networks from seed ${from} on`);
  const errors = new ErrorCheck();
  let failed = 0;
  for (let i = 0; i < options.seeds; i++) {
    const report = runSeed((from + i) % SEED_RANGE);
    if (report.result !== undefined) addErrors(errors, report);
    if (report.breach === undefined) continue;
    failed++;
    console.log(describeBreach(report));
  }
  try {
    errors.judge();
  } catch (error) {
    failed++;
    console.log((error as Error).message);
  }
  console.log(`${options.seeds} scanned, ${failed} rules broken; ${errors.summary}`);
  return failed > 0 ? 1 : 0;
}

function addErrors(errors: ErrorCheck, report: SeedReport): void {
  try {
    errors.add(`seed ${report.seed}`, report.result!);
  } catch (error) {
    console.log(describeBreach({ ...report, breach: error as Error }));
  }
}

/** One seed, with everything that the scan tells. */
function replay(seed: number): number {
  const report = runSeed(seed, (event) => console.log(describeEvent(event)));
  console.log(report.words.join(", "));
  if (report.breach === undefined) {
    console.log(JSON.stringify(report.result!.verdicts));
    return 0;
  }
  console.log(report.breach.stack);
  return 1;
}

/** What was broken, in which network, and how to see it again. */
export function describeBreach({ seed, words, breach }: SeedReport): string {
  return `seed ${seed}: ${breach?.message}\n` +
    `  network: ${words.join(", ")}\n` +
    `  replay: deno task sim --seed ${seed}`;
}

function describeEvent(event: ScanEvent): string {
  if (event.type === "verdict") return `${(event.timeUs / SECOND).toFixed(3)} s: ${event.text}`;
  const { type, ...rest } = event;
  const short = JSON.stringify(rest, (_, value) => ArrayBuffer.isView(value) ? undefined : value);
  return `${type} ${short}`;
}

interface Options {
  seeds: number;
  from?: number;
  seed?: number;
}

function readArgs(args: readonly string[]): Options {
  const options: Options = { seeds: SEEDS };
  for (let i = 0; i < args.length; i += 2) {
    const name = args[i]!;
    const value = Number(args[i + 1]);
    const isKnown = name === "--seeds" || name === "--from" || name === "--seed";
    if (!isKnown || !Number.isInteger(value) || value < 0 || value >= SEED_RANGE) {
      throw new Error(`Cannot use "${name} ${args[i + 1]}": give --seeds N, --from N or --seed N`);
    }
    options[name.slice(2) as keyof Options] = value;
  }
  return options;
}
