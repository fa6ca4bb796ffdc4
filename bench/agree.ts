/**
 * Do simulator and lab agree? The same presets, seed by seed, scanned in virtual time and with real
 * packets: the time of the scan (start-up left out) and the verdicts, port by port.
 */
// deno-lint-ignore-file no-console -- a program: its output is its purpose
import { parseArgs } from "node:util";
import { STATE_NAMES } from "engine/port_state.ts";
import { makePresetNetwork } from "sim/preset_network.ts";
import type { PresetName } from "sim/presets.ts";
import { simScan } from "sim/sim_scan.ts";
import { portbunny } from "../test/lab/lab.ts";
import { parseLines, targetLine } from "../test/lab/results.ts";
import { describeMachine, machineLine } from "./machine.ts";
import { FIRST } from "./measured_run.ts";
import { chooseByName, FULL } from "./peer_plan.ts";
import { saveResult } from "./result_file.ts";
import { claimsOf } from "./score.ts";
import { median, scatter } from "./statistics.ts";
import { formatTable } from "./table.ts";
import { Venue } from "./venue.ts";

/** Silence at the rate of a line, a policer, a limit of answers: what differs most. */
const PRESETS: readonly PresetName[] = ["dsl-near", "policed", "rst-limited"];

/** Seeds of each preset. */
const ROUNDS = 5;

/** The medians may be so far apart. */
const TOLERANCE = 0.15;

/** Patience with one scan in the lab, ms. */
const PATIENCE_MS = 900_000;

/** One scan of one host. */
interface Outcome {
  /** From the first packet on, s. */
  seconds: number;
  /** State by port. */
  states: Map<number, string>;
}

/** A preset, compared. */
interface Agreement {
  preset: PresetName;
  /** Times by seed, s. */
  simulated: number[];
  real: number[];
  /** Ports whose verdicts differ, by seed. */
  differences: number[];
  /** Median in the lab over the median in the simulator. */
  ratio: number;
  holds: boolean;
}

/** Compares, prints, and returns the exit code: 1 if they do not agree. */
export async function agree(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      preset: { type: "string", multiple: true },
      rounds: { type: "string", default: `${ROUNDS}` },
      timing: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!(rounds >= 1)) throw new RangeError(`Cannot run ${values.rounds} rounds`);
  const all = values.preset === undefined ? PRESETS : FULL.presets;
  const presets = chooseByName(all, values.preset, { what: "preset", nameOf: (name) => name });
  const machine = describeMachine();
  console.error(machineLine(machine));
  const agreements: Agreement[] = [];
  for (const preset of presets) {
    agreements.push(await comparePreset(preset, { rounds, timing: values.timing }));
  }
  const result = { bench: "agree", version: 1, machine, agreements };
  const path = await saveResult("agree", result);
  console.log(values.json ? JSON.stringify(result) : formatAgreements(agreements));
  console.error(`As JSON: ${path}`);
  return agreements.every(({ holds }) => holds) ? 0 : 1;
}

/** All seeds of a preset, in both worlds. */
async function comparePreset(
  preset: PresetName,
  { rounds, timing }: { rounds: number; timing: string | undefined },
): Promise<Agreement> {
  const simulated: number[] = [];
  const real: number[] = [];
  const differences: number[] = [];
  for (let seed = 1; seed <= rounds; seed++) {
    const one = simulate(preset, { seed, timing });
    const other = await scanInLab(preset, { seed, timing });
    const ports = [...one.states.keys()];
    const different = ports.filter((port) => one.states.get(port) !== other.states.get(port));
    simulated.push(one.seconds);
    real.push(other.seconds);
    differences.push(different.length);
    const times = `${one.seconds.toFixed(2)} s simulated, ${other.seconds.toFixed(2)} s real`;
    console.error(`${preset}, seed ${seed}: ${times}, ${different.length} verdicts differ`);
  }
  const ratio = median(real) / median(simulated);
  const isClose = Math.max(ratio, 1 / ratio) <= 1 + TOLERANCE;
  const holds = isClose && median(differences) === 0;
  return { preset, simulated, real, differences, ratio, holds };
}

/** How both worlds are asked. */
interface ScanChoice {
  seed: number;
  timing: string | undefined;
}

/** A scan in virtual time. */
function simulate(preset: PresetName, { seed, timing }: ScanChoice): Outcome {
  const network = makePresetNetwork(preset, seed);
  const { targets, ports } = network;
  const { targets: [target] } = simScan(network, {
    targets,
    ports,
    seed,
    ...(timing === undefined ? {} : { timing }),
  });
  const states = Array.from(target!.ports, (port, at): [number, string] => {
    return [port, STATE_NAMES[target!.states[at]!]!];
  });
  return { seconds: target!.durationUs / 1e6, states: new Map(states) };
}

/** The same scan with real packets. */
async function scanInLab(preset: PresetName, { seed, timing }: ScanChoice): Promise<Outcome> {
  await using venue = await Venue.open(preset, seed);
  const { job: { targets, ports } } = venue;
  const choice = timing === undefined ? [] : ["--timing", timing];
  const words = ["-n", "-q", "-p", ports, "--seed", `${seed}`, ...choice, "-oJ", "-", ...targets];
  const { stdout, stderr } = await venue.namespace.run([...FIRST, ...portbunny(words)], {
    timeoutMs: PATIENCE_MS,
  });
  const target = targetLine(parseLines(stdout));
  if (target?.states === undefined) throw new Error(`The scan came to nothing: ${stderr}`);
  return { seconds: target.duration_us / 1e6, states: claimsOf(target.states) };
}

/** The result for people. */
function formatAgreements(agreements: readonly Agreement[]): string {
  return formatTable({
    columns: [
      { title: "preset" },
      { title: "simulator, s", align: "right" },
      { title: "lab, s", align: "right" },
      { title: "lab / simulator", align: "right" },
      { title: "scatter", align: "right" },
      { title: "verdicts that differ", align: "right" },
      { title: "" },
    ],
    rows: agreements.map(({ preset, simulated, real, differences, ratio, holds }) => [
      preset,
      median(simulated).toFixed(2),
      median(real).toFixed(2),
      ratio.toFixed(3),
      `${(100 * scatter(simulated)).toFixed(0)} % / ${(100 * scatter(real)).toFixed(0)} %`,
      `${median(differences)}`,
      holds ? "agree" : "DO NOT AGREE",
    ]),
  });
}
