/**
 * What a scan leaves to others: a real Linux TCP transfer through the bottleneck that the scan goes
 * through, with each of the kernel's congestion controls. The line says what has to hold.
 */
// deno-lint-ignore-file no-console -- a program: its output is its purpose
import { parseArgs } from "node:util";
import type { PathOptions } from "sim/path.ts";
import { Download } from "../test/lab/download.ts";
import {
  HOST_ADDRESS,
  HOST_INTERFACE,
  Lab,
  SCANNER_ADDRESS,
  SCANNER_INTERFACE,
} from "../test/lab/lab.ts";
import type { PortPlan } from "../test/lab/ports.ts";
import { findMistakes, parseLines, targetLine } from "../test/lab/results.ts";
import { describeMachine, machineLine } from "./machine.ts";
import { saveResult } from "./result_file.ts";
import { median } from "./statistics.ts";
import { formatTable } from "./table.ts";

/** The link of the preset "changing", at its usual rate. */
const RATE = 20e6;
const LINK: PathOptions = {
  delay: 25_000,
  bottleneck: { bitsPerSecond: RATE, queuePackets: 100 },
};

/** What others keep of the link at least. */
const LEAST_SHARE = 0.3;

/** Ports that are scanned; the host's own ports, for a client, lie above them. */
const ASKED = Array.from({ length: 30_000 }, (_, index) => index + 1);

const CLOSED: PortPlan = { open: [22, 80, 443], dropped: [], reset: [], prohibited: [] };
const FILTERED: PortPlan = {
  open: [22, 80, 443],
  dropped: [[1, 21], [23, 52], [54, 79], [81, 442], [444, 30_000]],
  reset: [],
  prohibited: [],
};

/** Slow start and the first losses are over by then; then it is measured alone for as long, ms. */
const WARM_UP_MS = 3_000;

/** Runs of each, unless told; the medians count. */
const ROUNDS = 3;

/** Patience with a scan, ms. */
const SCAN_LIMIT = 300_000;

const CONTROLS = ["cubic", "reno", "bbr"] as const;

/** What goes the same way as the transfer. */
const SIDES = { answers: CLOSED, probes: FILTERED } as const;

/** A transfer: whose congestion control, and what goes the same way. */
interface Transfer {
  control: (typeof CONTROLS)[number];
  side: keyof typeof SIDES;
}

/** What a run came to. */
interface Shares {
  /** Of the link, before the scan and during it. */
  alone: number;
  beside: number;
  /** s */
  scan: number;
  mistakes: number;
}

/** Runs everything, prints it, and returns the exit code: 1 if something does not hold. */
export async function beside(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: "string", default: `${ROUNDS}` },
      timing: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!(rounds >= 1)) throw new RangeError(`Cannot run ${values.rounds} rounds`);
  const machine = describeMachine();
  console.error(machineLine(machine));
  const rows: (Transfer & Shares)[] = [];
  for (const control of CONTROLS) {
    for (const side of ["answers", "probes"] as const) {
      rows.push({ control, side, ...await measure({ control, side }, rounds, values.timing) });
    }
  }
  const holds = rows.every((row) => row.beside >= LEAST_SHARE && row.mistakes === 0);
  const result = { machine, timing: values.timing, rows, holds };
  await saveResult("beside", result);
  console.log(values.json ? JSON.stringify(result) : describe(rows));
  return holds ? 0 : 1;
}

/** The medians of some runs. */
async function measure(
  transfer: Transfer,
  rounds: number,
  timing: string | undefined,
): Promise<Shares> {
  const runs: Shares[] = [];
  for (let round = 0; round < rounds; round++) {
    const run = await runOnce(transfer, timing);
    const { control, side } = transfer;
    console.error(`${control} beside ${side}: ${(100 * run.beside).toFixed(0)} %`);
    runs.push(run);
  }
  const middle = (value: (run: Shares) => number) => median(runs.map(value));
  return {
    alone: middle((run) => run.alone),
    beside: middle((run) => run.beside),
    scan: middle((run) => run.scan),
    mistakes: Math.max(...runs.map((run) => run.mistakes)),
  };
}

/** A transfer alone, and then with a scan. */
async function runOnce({ control, side }: Transfer, timing: string | undefined): Promise<Shares> {
  const plan = SIDES[side];
  await using lab = await Lab.open({ plan, paths: { out: [LINK], back: [LINK], seed: 1 } });
  const host = { namespace: lab.host, interfaceName: HOST_INTERFACE, address: HOST_ADDRESS };
  const scanner = {
    namespace: lab.scanner,
    interfaceName: SCANNER_INTERFACE,
    address: SCANNER_ADDRESS,
  };
  const [server, client] = side === "answers" ? [host, lab.scanner] : [scanner, lab.host];
  await using download = await Download.open({ server, client, control });
  await rest();
  await download.lap();
  await rest();
  const alone = (await download.lap()) / RATE;
  const words = ["-q", "-p", `1-${ASKED.length}`, "-oJ", "-", HOST_ADDRESS]
    .concat(timing === undefined ? [] : ["--timing", timing]);
  const { stdout } = await lab.scan(words, { timeoutMs: SCAN_LIMIT });
  const target = targetLine(parseLines(stdout));
  return {
    alone,
    beside: (await download.lap()) / RATE,
    scan: (target?.["duration_us"] ?? NaN) / 1e6,
    mistakes: findMistakes(target, plan, { ports: ASKED, reasons: false }).length,
  };
}

function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
}

/** The result for people. */
function describe(rows: readonly (Transfer & Shares)[]): string {
  return formatTable({
    columns: [
      { title: "transfer" },
      { title: "beside" },
      { title: "alone", align: "right" },
      { title: "with scan", align: "right" },
      { title: "scan", align: "right" },
      { title: "mistakes", align: "right" },
      { title: "" },
    ],
    rows: rows.map(({ control, side, alone, beside, scan, mistakes }) => [
      control,
      side,
      `${(100 * alone).toFixed(0)} %`,
      `${(100 * beside).toFixed(0)} %`,
      `${scan.toFixed(1)} s`,
      `${mistakes}`,
      beside >= LEAST_SHARE ? "holds" : "DOES NOT HOLD",
    ]),
  });
}
