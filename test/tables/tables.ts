/**
 * Makes the result tables: every controller on every preset, in virtual time. Prints them and keeps
 * them in `test/snapshot/`, whole or row by row, unless another number of seeds was asked for.
 *
 * Usage: deno task tables [--timing NAME] [--seeds N] [PRESET …]
 */
// deno-lint-ignore-file no-console -- a program: its output is its purpose
import { CONTROLLERS } from "engine/congestion/registry.ts";
import { isPresetName } from "sim/preset_network.ts";
import { type PresetName, PRESETS } from "sim/presets.ts";
import { combineCells, runCell } from "./cell.ts";
import { formatResults, parseResults, type Row, tableFile } from "./result_table.ts";

/** Seeds of the tables that are kept. */
const SEEDS = 5;

/** Controllers that take an argument stand in the tables with this one. */
const ARGUMENTS: Record<string, string> = { fixed: "fixed:100", paced: "paced:1000" };

/** Presets that cost a minute a scan: one seed has to do. */
const HEAVY: ReadonlySet<PresetName> = new Set(["class-b-one-port", "policed-filtered-slow"]);

if (import.meta.main) main(Deno.args);

function main(args: readonly string[]): void {
  const options = readArgs(args);
  const isWhole = options.presets.length === 0;
  const presets = isWhole ? Object.keys(PRESETS) as PresetName[] : options.presets;
  for (const timing of options.timings) {
    const rows = presets.map((preset) => makeRow(preset, timing, options.seeds));
    console.log(formatResults(rows, { timing, seeds: options.seeds }));
    if (options.seeds === SEEDS) keep(rows, timing);
  }
}

/** Writes a table, in which rows that were not made anew stay as they were. */
function keep(rows: readonly Row[], timing: string): void {
  const file = new URL(`../snapshot/${tableFile(timing)}`, import.meta.url);
  const all = new Map<string, Row>(rows.map((row) => [row.preset, row]));
  for (const [preset, row] of readRows(file)) if (!all.has(preset)) all.set(preset, row);
  const sorted = Object.keys(PRESETS).flatMap((preset) => all.get(preset) ?? []);
  Deno.writeTextFileSync(file, formatResults(sorted, { timing, seeds: SEEDS }));
}

function readRows(file: URL): Map<string, Row> {
  try {
    return parseResults(Deno.readTextFileSync(file));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Map();
    throw error;
  }
}

function makeRow(preset: PresetName, timing: string, seeds: number): Row {
  const count = HEAVY.has(preset) ? 1 : seeds;
  const cells = Array.from({ length: count }, (_, i) => runCell(preset, timing, i + 1));
  console.error(`  ${preset}`);
  return { preset, all: combineCells(cells), first: cells[0]! };
}

interface Options {
  timings: string[];
  seeds: number;
  presets: PresetName[];
}

function readArgs(args: readonly string[]): Options {
  const timings: string[] = [];
  const presets: PresetName[] = [];
  let seeds = SEEDS;
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    if (word === "--timing") timings.push(args[++i] ?? "");
    else if (word === "--seeds") seeds = Number(args[++i]);
    else if (isPresetName(word)) presets.push(word);
    else throw new Error(`Cannot use "${word}": give --timing NAME, --seeds N, or presets`);
  }
  if (timings.length === 0) {
    timings.push(...Object.keys(CONTROLLERS).map((name) => ARGUMENTS[name] ?? name));
  }
  return { timings, seeds, presets };
}
