/** Commands that work on results of earlier scans, in JSON lines: `merge` and `diff`. */
import { parseArgs } from "node:util";
import { COUNT_KEYS, type CountKey, countTable } from "report/count_by.ts";
import { diffResults, formatChanges } from "report/diff.ts";
import { mergeResults } from "report/merge.ts";
import { readResult, type StoredResult } from "report/stored_result.ts";
import { serviceName } from "scan/services.ts";
import type { Runtime } from "./runtime.ts";
import { Exit } from "./scan_run.ts";
import { UsageError } from "./usage_error.ts";

/** What `merge --help` says. */
const MERGE_HELP = `Usage: portbunny merge [--count-by port|network] [-o FILE] A.jsonl B.jsonl ...
Makes one result of several, e.g. of the shards of a job: JSON lines to standard output or FILE,
or a table of counts. Exit code 2 if one of them is incomplete.
`;

/** What `diff --help` says. */
const DIFF_HELP = `Usage: portbunny diff OLD.jsonl NEW.jsonl
Says what has changed: + appeared, - went, ~ changed. Exit code 0: nothing, 3: something.
`;

/** Exit code of `diff` if something has changed. */
const CHANGED = 3;

/** Options of these commands; those of a scan are in `flags.ts`. */
const OPTIONS = {
  "count-by": { type: "string" },
  output: { type: "string", short: "o" },
  help: { type: "boolean", short: "h" },
} as const;

/** Makes one result of several. */
export async function mergeCommand(args: readonly string[], runtime: Runtime): Promise<number> {
  const { values, positionals } = readArgs(args, ["count-by", "output"]);
  if (values.help) return show(MERGE_HELP, runtime);
  const key = readKey(values["count-by"]);
  if (positionals.length === 0) throw new UsageError("merge: name the results to merge (--help)");
  const results = await Promise.all(positionals.map((path) => load(path, runtime)));
  const merged = mergeResults(results, runtime.version);
  for (const note of merged.notes) runtime.stderr.write(`Note: ${note}\n`);
  const text = key === undefined ? merged.text : countTable(merged.targets, key, serviceName);
  const path = values.output;
  const sink = path !== undefined && path !== "-" ? runtime.openFile(path) : runtime.stdout;
  sink.write(text);
  sink.close();
  return merged.notes.length === 0 ? Exit.COMPLETE : Exit.UNDECIDED;
}

/** Says what has changed between two results. */
export async function diffCommand(args: readonly string[], runtime: Runtime): Promise<number> {
  const { values, positionals } = readArgs(args, []);
  if (values.help) return show(DIFF_HELP, runtime);
  const [older, newer, ...more] = positionals;
  if (older === undefined || newer === undefined || more.length > 0) {
    throw new UsageError("diff: name two results, the older one first (--help)");
  }
  const changes = diffResults(await load(older, runtime), await load(newer, runtime));
  runtime.stdout.write(formatChanges(changes));
  return changes.length === 0 ? Exit.COMPLETE : CHANGED;
}

function readArgs(args: readonly string[], names: readonly (keyof typeof OPTIONS)[]) {
  try {
    const result = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    const given = Object.keys(result.values) as (keyof typeof OPTIONS)[];
    const wrong = given.find((name) => name !== "help" && !names.includes(name));
    if (wrong !== undefined) throw new UsageError(`Cannot use --${wrong} here (--help)`);
    return result;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readKey(value: string | undefined): CountKey | undefined {
  if (value === undefined) return undefined;
  const key = COUNT_KEYS.find((known) => known === value);
  if (key !== undefined) return key;
  throw new UsageError(`--count-by: Cannot use "${value}": give ${COUNT_KEYS.join(" or ")}`);
}

async function load(path: string, runtime: Runtime): Promise<StoredResult> {
  return readResult(await runtime.readText(path), path);
}

function show(text: string, runtime: Runtime): number {
  runtime.stdout.write(text);
  return Exit.COMPLETE;
}
