/** The comparison as a table: one row per preset and contender. */
import type { PeerSummary, PresetFacts } from "./peer_summary.ts";
import type { Column, Table } from "./table.ts";

const COLUMNS: readonly Column[] = [
  { title: "preset" },
  { title: "contender" },
  { title: "time, s", align: "right" },
  { title: "× ours", align: "right" },
  { title: "× limit", align: "right" },
  { title: "CPU, s", align: "right" },
  { title: "MB", align: "right" },
  { title: "packets/pair", align: "right" },
  { title: "loss caused", align: "right" },
  { title: "open found", align: "right" },
  { title: "wrong open", align: "right" },
  { title: "wrong closed", align: "right" },
  { title: "wrong filtered", align: "right" },
  { title: "undecided", align: "right" },
];

/** What stands in a cell that has nothing to say. */
const NOTHING = "–";

/** See the file's comment. `openOnly` names contenders that say nothing of other ports. */
export function peerTable(
  summaries: readonly PeerSummary[],
  { presets, openOnly }: { presets: readonly PresetFacts[]; openOnly: ReadonlySet<string> },
): Table {
  let last = "";
  const rows = summaries.map((summary) => {
    const preset = presets.find(({ name }) => name === summary.preset)!;
    const name = summary.preset === last ? "" : summary.preset;
    last = summary.preset;
    return [name, summary.contender, ...cells(summary, { preset, openOnly })];
  });
  return { columns: COLUMNS, rows };
}

/** The figures of one row. */
function cells(
  summary: PeerSummary,
  { preset, openOnly }: { preset: PresetFacts; openOnly: ReadonlySet<string> },
): string[] {
  if (summary.trials === 0) return ["failed"];
  const { isCapped } = summary;
  const atLeast = (text: string): string => isCapped ? `> ${text}` : text;
  const saysAll = !isCapped && !openOnly.has(summary.contender);
  return [
    isCapped ? `> cap (${seconds(summary.wallMs)})` : seconds(summary.wallMs),
    summary.timeOverOurs === undefined ? NOTHING : atLeast(ratio(summary.timeOverOurs)),
    atLeast(ratio(summary.timeOverLimit)),
    atLeast(seconds(summary.cpuMs)),
    summary.rssMb.toFixed(0),
    atLeast(summary.packetsPerPair.toFixed(2)),
    `${(100 * summary.causedLoss).toFixed(2)} %`,
    `${summary.openFound} of ${preset.open}`,
    `${summary.wrongOpen}`,
    saysAll ? `${summary.wrongClosed}` : NOTHING,
    saysAll ? `${summary.wrongFiltered}` : NOTHING,
    saysAll ? `${summary.undecided}` : NOTHING,
  ];
}

/** Milliseconds as seconds. */
function seconds(ms: number): string {
  return ms < 10_000 ? (ms / 1_000).toFixed(2) : (ms / 1_000).toFixed(1);
}

/** A ratio with as many digits as it is worth. */
function ratio(value: number): string {
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
}

/** What went wrong, one line each. */
export function failuresOf(summaries: readonly PeerSummary[]): string[] {
  return summaries.filter(({ failure }) => failure !== undefined)
    .map(({ preset, contender, failure }) => `${preset}, ${contender}: ${failure}`);
}
