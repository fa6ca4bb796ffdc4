/**
 * Makes the result tables: every controller on every preset, in virtual time. Prints each row as it
 * comes and writes `test/snapshot/`. Usage: deno task tables [--timing NAME] [--seeds N] [PRESET …]
 */
// deno-lint-ignore-file no-console -- a program: its output is its purpose
import { CONTROLLERS } from "engine/congestion/registry.ts";
import { isPresetName } from "sim/preset_network.ts";
import { type PresetName, PRESETS } from "sim/presets.ts";
import { combineCells, runCell } from "./cell.ts";
import { formatResults, type Row, tableFile } from "./result_table.ts";

/** Seeds of the tables that are kept. */
const SEEDS = 5;

/** Controllers that take an argument stand in the tables with this one. */
const ARGUMENTS: Record<string, string> = { fixed: "fixed:100" };

/** Presets that cost a minute a scan: one seed has to do. */
const HEAVY: ReadonlySet<PresetName> = new Set(["class-b-one-port", "policed-filtered-slow"]);

if (import.meta.main) main(Deno.args);

function main(args: readonly string[]): void {
  const options = readArgs(args);
  const isWhole = options.presets.length === 0;
  const presets = isWhole ? Object.keys(PRESETS) as PresetName[] : options.presets;
  for (const timing of options.timings) {
    console.log(`${timing}:`);
    const rows = presets.map((preset) => makeRow(preset, timing, options.seeds));
    const text = formatResults(rows, { timing, seeds: options.seeds });
    console.log(text);
    const isKept = isWhole && options.seeds === SEEDS;
    if (!isKept) continue;
    const file = new URL(`../snapshot/${tableFile(timing)}`, import.meta.url);
    Deno.writeTextFileSync(file, text);
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
