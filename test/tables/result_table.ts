/** The table of one controller as text, and back: what was written can be compared with. */
import { formatTable } from "../../bench/table.ts";
import type { PresetName } from "sim/presets.ts";
import { type Cell, TIME_CAP } from "./cell.ts";

/** One row: a preset. */
export interface Row {
  readonly preset: string;
  /** All seeds together. */
  readonly all: Cell;
  /** Seed 1 alone, which tests repeat. */
  readonly first: Pick<Cell, "seconds" | "packetsPerPair">;
}

const COLUMNS = [
  { title: "preset" },
  { title: "limit s", align: "right" },
  { title: "time s", align: "right" },
  { title: "× limit", align: "right" },
  { title: "packets/pair", align: "right" },
  { title: "loss caused %", align: "right" },
  { title: "wrong", align: "right" },
  { title: "announced", align: "right" },
  { title: "undecided", align: "right" },
  { title: "hosts missed", align: "right" },
  { title: "seed 1: time s", align: "right" },
  { title: "packets/pair", align: "right" },
] as const;

/** Writes a table. */
export function formatResults(
  rows: readonly Row[],
  { timing, seeds }: { timing: string; seeds: number },
): string {
  return `Controller ${timing} on the presets of the simulator, seeds 1 to ${seeds}.\n` +
    "Times, packets and loss are medians, counts means per scan. Made by: deno task tables\n\n" +
    formatTable({ columns: COLUMNS, rows: rows.map(cellsOf) });
}

function cellsOf({ preset, all, first }: Row): string[] {
  return [
    preset,
    all.limit.toFixed(3),
    seconds(all.seconds),
    all.seconds === Infinity ? "" : (all.seconds / all.limit).toFixed(2),
    all.packetsPerPair.toFixed(3),
    (100 * all.lossCaused).toFixed(2),
    amount(all.wrong),
    all.announced.toFixed(4),
    amount(all.undecided),
    amount(all.missed),
    seconds(first.seconds),
    first.packetsPerPair.toFixed(3),
  ];
}

function seconds(value: number): string {
  return value === Infinity ? `> ${TIME_CAP}` : value.toFixed(3);
}

function amount(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

/** Reads the rows of a table. */
export function parseResults(text: string): Map<PresetName, Row> {
  const rows = new Map<PresetName, Row>();
  for (const line of text.split("\n").slice(5)) {
    if (line === "") continue;
    const cells = line.split(/\s{2,}/);
    const number = (at: number) => cells[at]!.startsWith(">") ? Infinity : Number(cells[at]);
    // A scan that was given up has no ratio, so its row is one field shorter.
    const shift = cells.length === COLUMNS.length ? 0 : -1;
    rows.set(cells[0] as PresetName, {
      preset: cells[0]!,
      all: {
        limit: number(1),
        seconds: number(2),
        packetsPerPair: number(4 + shift),
        lossCaused: number(5 + shift) / 100,
        wrong: number(6 + shift),
        announced: number(7 + shift),
        undecided: number(8 + shift),
        missed: number(9 + shift),
      },
      first: { seconds: number(10 + shift), packetsPerPair: number(11 + shift) },
    });
  }
  return rows;
}

/** File name of a controller's table in `test/snapshot/`. */
export function tableFile(timing: string): string {
  return `presets_${timing.replace(":", "_").replaceAll("-", "_")}.txt`;
}
