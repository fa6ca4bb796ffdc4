/**
 * The comparison with other scanners: every preset with real packets, all contenders alternately
 * on the same network, several rounds. Goes on where it was stopped. `README.md` says how to read
 * the result.
 */
// deno-lint-ignore-file no-console -- a program: its output is its purpose
import { parseArgs } from "node:util";
import { hasProgram } from "../tools/packages.ts";
import type { Contender } from "./contender.ts";
import { PORTBUNNY } from "./contenders/portbunny.ts";
import { ROSTER } from "./contenders/roster.ts";
import { Contest } from "./contest.ts";
import { describeMachine, type Machine, machineLine } from "./machine.ts";
import { chooseByName, FULL, type Plan, QUICK } from "./peer_plan.ts";
import { plotPeers } from "./peer_plot.ts";
import { summarizePeers } from "./peer_summary.ts";
import { failuresOf, peerTable } from "./peer_table.ts";
import type { PeerTrial } from "./peer_trial.ts";
import { RESULTS, saveResult, saveText } from "./result_file.ts";
import { StateFile } from "./state_file.ts";
import { formatMarkdown, formatTable } from "./table.ts";
import { describePreset } from "./venue.ts";

/** Who takes part on this machine. */
interface Field {
  present: readonly Contender[];
  missing: readonly Contender[];
  /** By program, whoever was chosen. */
  versions: Record<string, string>;
}

/** Runs what has not been run, prints everything, and returns the exit code. */
export async function peers(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      preset: { type: "string", multiple: true },
      contender: { type: "string", multiple: true },
      rounds: { type: "string" },
      fresh: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const plan = choosePlan(values);
  const field = findField(plan.contenders);
  const machine = describeMachine();
  const state = await StateFile.open<PeerTrial>(new URL(`peers-${plan.name}.jsonl`, RESULTS), {
    header: { version: 1, machine, versions: field.versions },
    isFresh: values.fresh,
  });
  console.error(introduction(machine, field));
  if (state.records.length > 0) console.error(`Goes on after ${state.records.length} trials.`);
  const isWhole = await new Contest(plan, field.present, state).run();
  const result = await report(plan, { field, machine, trials: state.records });
  console.log(values.json ? result.json : result.text);
  console.error(`Kept in ${result.paths.join(", ")}.`);
  if (!isWhole) console.error("Not complete: the same command goes on from here.");
  return isWhole ? 0 : INCOMPLETE;
}

/** Exit code where trials are left. */
const INCOMPLETE = 2;

/** What the options ask for. */
function choosePlan(
  values: { quick: boolean; preset?: string[]; contender?: string[]; rounds?: string },
): Plan {
  const plan = values.quick ? QUICK : FULL;
  const rounds = Number(values.rounds ?? plan.rounds);
  if (!(rounds >= 1)) throw new RangeError(`Cannot run ${values.rounds} rounds`);
  const presets = values.preset === undefined ? plan.presets : FULL.presets;
  return {
    ...plan,
    rounds,
    presets: chooseByName(presets, values.preset, { what: "preset", nameOf: (name) => name }),
    contenders: chooseByName(ROSTER, values.contender, {
      what: "contender",
      nameOf: ({ name }) => name,
    }),
  };
}

/** Looks who is there. */
function findField(contenders: readonly Contender[]): Field {
  const isThere = ({ program }: Contender): boolean => hasProgram(program);
  const versions = ROSTER.filter(isThere).map((each) => [each.program, each.version()]);
  return {
    present: contenders.filter(isThere),
    missing: contenders.filter((each) => !isThere(each)),
    versions: Object.fromEntries(versions),
  };
}

/** What is compared, on what. */
function introduction(machine: Machine, { present, missing, versions }: Field): string {
  const lines = [machineLine(machine), Object.values(versions).join("; ")];
  for (const { name, settings } of present) lines.push(`  ${name}: ${settings}`);
  for (const { name, debianPackage } of missing) {
    lines.push(`  ${name} is missing (apt-get install ${debianPackage})`);
  }
  return lines.join("\n");
}

/** Sums up and keeps the result as JSON, Markdown and SVG. */
async function report(
  plan: Plan,
  { field, machine, trials }: { field: Field; machine: Machine; trials: readonly PeerTrial[] },
): Promise<{ text: string; json: string; paths: string[] }> {
  const presets = plan.presets.map(describePreset);
  const contenders = field.present.map(({ name }) => name);
  const order = { presets, contenders, ours: PORTBUNNY.name };
  const summaries = summarizePeers(trials, order);
  const openOnly = new Set(field.present.filter((it) => it.reports).map(({ name }) => name));
  const table = peerTable(summaries, { presets, openOnly });
  const captions = [machineLine(machine), Object.values(field.versions).join("; ")];
  const settings = field.present.map(({ name, settings }) => ({ name, settings }));
  const missing = field.missing.map(({ name }) => name);
  const result = { bench: "peers", version: 1, machine, versions: field.versions, settings };
  const whole = { ...result, missing, presets, summaries, trials };
  const name = `peers-${plan.name}`;
  const paths = await Promise.all([
    saveResult(name, whole),
    saveText(`${name}.md`, `${introduction(machine, field)}\n\n${formatMarkdown(table)}`),
    saveText(`${name}.svg`, plotPeers({ summaries, presets, contenders, captions })),
  ]);
  const failures = failuresOf(summaries).map((line) => `failed: ${line}\n`).join("");
  return { text: formatTable(table) + failures, json: JSON.stringify(whole), paths };
}
