/** The result tables say what happens: each is repeated in part, and can be read back. */
import { assertEquals, assertLessOrEqual } from "@std/assert";
import { type PresetName, PRESETS } from "sim/presets.ts";
import { type Cell, combineCells, runCell } from "./cell.ts";
import { formatResults, parseResults, type Row } from "./result_table.ts";

/** Presets that tests repeat: of each kind one, and all quick. */
const REPEATED: readonly PresetName[] = [
  "lan-filtered",
  "internet-filtered",
  "lossy",
  "policed",
  "rst-limited",
  "dropper",
  "dsl-near",
  "blocked",
];

/**
 * How far a scan may be from its table before the table has to be made anew: small changes of the
 * engine shift every packet, and only those that matter are worth a review.
 */
const TOLERANCE = 0.25;

const SNAPSHOTS = new URL("../snapshot/", import.meta.url);

for (const { name } of Deno.readDirSync(SNAPSHOTS)) {
  if (!name.startsWith("presets_")) continue;
  const text = Deno.readTextFileSync(new URL(name, SNAPSHOTS));
  const timing = /^Controller (\S+)/.exec(text)![1]!;
  const rows = parseResults(text);

  Deno.test(`the table of ${timing} has every preset`, () => {
    assertEquals([...rows.keys()].sort(), Object.keys(PRESETS).sort(), remedy(timing));
  });

  for (const preset of REPEATED) {
    Deno.test(`the table of ${timing} holds for ${preset}`, () => {
      const { all, first } = rows.get(preset)!;
      const cell = runCell(preset, timing, 1);
      assertNear(cell.seconds, first.seconds, remedy(timing));
      assertNear(cell.packetsPerPair, first.packetsPerPair, remedy(timing));
      const allowance = 4 * Math.sqrt(all.wrong + all.announced);
      assertLessOrEqual(cell.wrong, all.wrong + allowance, remedy(timing));
      assertLessOrEqual(cell.missed, all.missed, remedy(timing));
    });
  }
}

function remedy(timing: string): string {
  return `results have changed: look at them with deno task tables --timing ${timing}`;
}

function assertNear(actual: number, expected: number, message: string): void {
  assertLessOrEqual(actual, expected * (1 + TOLERANCE), message);
  assertLessOrEqual(expected, actual * (1 + TOLERANCE), message);
}

Deno.test("parseResults() reads what formatResults() writes", () => {
  const cell: Cell = {
    seconds: 1.5,
    limit: 0.75,
    packetsPerPair: 2.125,
    lossCaused: 0.01,
    wrong: 1,
    announced: 0.25,
    undecided: 7,
    missed: 0.5,
  };
  const rows: Row[] = [
    { preset: "qos", all: cell, first: { seconds: 1.25, packetsPerPair: 2 } },
    {
      preset: "late",
      all: { ...cell, seconds: Infinity },
      first: { seconds: Infinity, packetsPerPair: 2 },
    },
  ];
  const text = formatResults(rows, { timing: "reno", seeds: 5 });
  assertEquals([...parseResults(text).values()], rows);
});

Deno.test("combineCells() takes medians of times and means of counts", () => {
  const cell = runCell("dropper", "reno", 1);
  const cells = [1, 2, 9].map((seconds) => ({ ...cell, seconds, wrong: seconds }));
  const { seconds, wrong } = combineCells(cells);
  assertEquals([seconds, wrong], [2, 4]);
});
