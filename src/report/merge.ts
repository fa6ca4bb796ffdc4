/**
 * Several results as one: what the shards of a job have found, or the parts of a network. A target
 * that stands in several of them counts as its newest finished scan says.
 */
import { JSON_LINES_VERSION } from "./json_lines.ts";
import { safeJson } from "./escape.ts";
import { formatRanges, parseRanges } from "./ranges.ts";
import type { Fields, StoredResult, StoredTarget } from "./stored_result.ts";

/** What came of merging. */
export interface MergedResult {
  /** Targets that were up, each once. */
  readonly targets: readonly StoredTarget[];
  /** The merged result as JSON lines. */
  readonly text: string;
  /** What is missing, one sentence each. */
  readonly notes: readonly string[];
}

/** Merges results. */
export function mergeResults(results: readonly StoredResult[], version: string): MergedResult {
  const targets = newestTargets(results);
  const lines: Fields[] = [
    startOf(results, version),
    ...results.flatMap(({ ports }) => [...ports]),
    ...targets.map(({ fields }) => fields),
    endOf(results, targets),
  ];
  const cut = results.filter(({ end }) => end === undefined).map(({ name }) => name);
  const undecided = results.filter(({ end }) => end !== undefined && end["exit"] !== 0);
  return {
    targets,
    text: lines.map((fields) => `${safeJson(fields)}\n`).join(""),
    notes: [
      ...cut.map((name) => `"${name}" was cut off: it counts for what it holds`),
      ...undecided.map(({ name, end }) => `"${name}" ended with exit code ${end!["exit"]}`),
    ],
  };
}

function newestTargets(results: readonly StoredResult[]): StoredTarget[] {
  const newest = new Map<string, StoredTarget>();
  for (const { targets } of results) {
    for (const [ip, target] of targets) {
      const known = newest.get(ip);
      if (known === undefined || ageOf(target) >= ageOf(known)) newest.set(ip, target);
    }
  }
  return [...newest.values()];
}

/** Larger is newer; a finished scan is worth more than any that was cut off. */
function ageOf({ fields, isFinished }: StoredTarget): number {
  const start = fields["start_us"];
  return isFinished ? typeof start === "number" ? start : 0 : -1;
}

function startOf(results: readonly StoredResult[], version: string): Fields {
  const ports = new Set(results.flatMap(({ start }) => parseRanges(String(start["ports"] ?? ""))));
  return {
    type: "start",
    format: JSON_LINES_VERSION,
    scanner: "portbunny",
    version,
    args: results.map(({ start }) => String(start["args"] ?? "")).join(" ; "),
    seed: results[0]?.start["seed"] ?? null,
    time_us: Math.min(...results.map(({ start }) => numberOf(start["time_us"]))),
    targets: sum(results, ({ start }) => start["targets"]),
    ports: formatRanges([...ports].sort((a, b) => a - b)),
    merged: results.map(({ name }) => name),
  };
}

function endOf(results: readonly StoredResult[], targets: readonly StoredTarget[]): Fields {
  const ends = results.map(({ end }) => end ?? {});
  const first = Math.min(...results.map(({ start }) => numberOf(start["time_us"])));
  const last = Math.max(...ends.map((end) => numberOf(end["time_us"])));
  const isComplete = ends.every((end) => end["exit"] === 0);
  return {
    type: "end",
    exit: isComplete ? 0 : 2,
    time_us: last,
    elapsed_us: last - first,
    targets: sum(results, ({ end, targets }) => end?.["targets"] ?? targets.size),
    up: targets.length,
    open: targets.reduce((count, target) => count + countOpen(target), 0),
    packets_sent: sum(results, ({ end }) => end?.["packets_sent"]),
    packets_received: sum(results, ({ end }) => end?.["packets_received"]),
    capture_dropped: sum(results, ({ end }) => end?.["capture_dropped"]),
  };
}

function countOpen({ fields }: StoredTarget): number {
  const counts = fields["counts"] as Record<string, unknown> | undefined;
  return numberOf(counts?.["open"]);
}

function sum(results: readonly StoredResult[], of: (result: StoredResult) => unknown): number {
  return results.reduce((total, result) => total + numberOf(of(result)), 0);
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
