/**
 * The first comparison: PortBunny against `nmap -n -sS -p- -T4` on a real Linux host at the other
 * end of a cable, alternately in one run, and what the program costs. Each line says what has to
 * hold. Bad networks, and other scanners, are left to `peers.ts`.
 */
// deno-lint-ignore-file no-console -- a program: its output is its purpose
import { parseArgs } from "node:util";
import { HOST_ADDRESS, HOST_INTERFACE, Lab, SCANNER_ADDRESS } from "../test/lab/lab.ts";
import { SCANNER_INTERFACE } from "../test/lab/lab.ts";
import { LAST_PORT, type PortPlan, rangesWithout, truthOf } from "../test/lab/ports.ts";
import { type Contender, hardwareAddress, type ScanJob } from "./contender.ts";
import { nmap } from "./contenders/nmap.ts";
import { PORTBUNNY } from "./contenders/portbunny.ts";
import { readEngineFigures } from "./engine_figures.ts";
import { describeMachine, machineLine } from "./machine.ts";
import { saveResult } from "./result_file.ts";
import { mistakesIn, type Truth } from "./score.ts";
import { measureStartups } from "./startup.ts";
import { median } from "./statistics.ts";
import { formatTable } from "./table.ts";
import { runTrial, type Trial } from "./trial.ts";

/** One target with a plan, and how fast we have to be there. */
interface Contest {
  title: string;
  plan: PortPlan;
  /** Our time over nmap's: at most so much. */
  limit: number;
}

const CONTESTS: readonly Contest[] = [
  {
    title: "all closed",
    plan: { open: [], dropped: [], reset: [], prohibited: [] },
    limit: 1.5,
  },
  {
    title: "all but three dropped",
    plan: { open: [22, 80], dropped: rangesWithout([22, 80, 443]), reset: [], prohibited: [] },
    limit: 1 / 20,
  },
];

const NMAP = nmap(["-T4"], "the usual advice for fast networks");

/** Runs of each contender at each contest, unless told; nmap takes a minute and a half for one. */
const ROUNDS = 5;

/** Starts for the time to the first packet. */
const STARTUPS = 20;

/** Patience with one run, ms. */
const RUN_LIMIT = 900_000;

/** What an ordinary program may cost. */
const LIMITS = { startupMs: 150, memoryMb: 150, packetNs: 1_000, collections: 0 } as const;

/** A line of the result: something measured, and what it has to keep. */
interface Figure {
  what: string;
  value: number;
  unit: string;
  limit: number;
  holds: boolean;
  note: string;
}

/** Runs everything, prints it, and returns the exit code: 1 if something does not hold. */
export async function first(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: "string", default: `${ROUNDS}` },
      json: { type: "boolean", default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!(rounds >= 1)) throw new RangeError(`Cannot run ${values.rounds} rounds`);
  const machine = describeMachine();
  console.error(`${machineLine(machine)}, ${NMAP.version()}`);
  const figures: Figure[] = [];
  const contests: { title: string; trials: Trial[] }[] = [];
  for (const contest of CONTESTS) {
    const trials = await compete(contest, rounds);
    contests.push({ title: contest.title, trials });
    figures.push(...judgeContest(contest, trials));
  }
  figures.push(...await judgeProgram(contests.flatMap(({ trials }) => trials)));
  const result = { bench: "first", version: 1, machine, nmap: NMAP.version(), figures, contests };
  const path = await saveResult("first", result);
  console.log(values.json ? JSON.stringify(result) : formatFigures(figures));
  console.error(`As JSON: ${path}`);
  return figures.every(({ holds }) => holds) ? 0 : 1;
}

/** All rounds of one contest. */
async function compete({ title, plan }: Contest, rounds: number): Promise<Trial[]> {
  await using lab = await Lab.open({ plan });
  // Once, so that modules are compiled and cached: the first start after a change is slower.
  await measureStartups(lab, 1);
  const trials: Trial[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const contender of [PORTBUNNY, NMAP]) {
      const trial = await runOnHost(contender, lab);
      console.error(`${title}, round ${round}: ${trial.contender} ${trial.wallMs.toFixed(0)} ms`);
      trials.push(trial);
    }
  }
  return trials;
}

/** Runs a contender on all ports of the lab's host. */
function runOnHost(contender: Contender, lab: Lab): Promise<Trial> {
  const job: ScanJob = {
    targets: [HOST_ADDRESS],
    ports: `1-${LAST_PORT}`,
    interfaceName: SCANNER_INTERFACE,
    source: SCANNER_ADDRESS,
    nextHop: hardwareAddress(lab.host, HOST_INTERFACE),
    pathRate: Infinity,
  };
  const truth = truthOfPlan(lab.plan);
  return runTrial(contender, { job, truth, namespace: lab.scanner, limitMs: RUN_LIMIT });
}

/** The truth about the lab's host. */
function truthOfPlan(plan: PortPlan): Truth {
  const states = truthOf(plan);
  return {
    targets: [HOST_ADDRESS],
    ports: Array.from({ length: LAST_PORT }, (_, index) => index + 1),
    stateOf: (_, port) => states[port]!.state,
  };
}

/** Time and mistakes of both, set beside each other. */
function judgeContest({ title, limit }: Contest, trials: readonly Trial[]): Figure[] {
  const [ours, theirs] = [PORTBUNNY, NMAP].map(({ name }) =>
    trials.filter(({ contender }) => contender === name)
  );
  const [ourTime, theirTime] = [ours!, theirs!].map((some) => median(some.map((it) => it.wallMs)));
  const [ourMistakes, theirMistakes] = [ours!, theirs!].map((some) =>
    Math.max(...some.map(({ score }) => mistakesIn(score)))
  );
  return [
    figure(`${title}: time over nmap's`, {
      value: ourTime! / theirTime!,
      unit: "×",
      limit,
      note: `${ourTime!.toFixed(0)} ms, nmap ${theirTime!.toFixed(0)} ms; ${ours!.length} rounds`,
    }),
    figure(`${title}: wrong verdicts`, {
      value: ourMistakes!,
      unit: "ports",
      limit: theirMistakes!,
      note: `worst round; nmap ${theirMistakes!}`,
    }),
  ];
}

/** Start-up, memory and the engine. */
async function judgeProgram(trials: readonly Trial[]): Promise<Figure[]> {
  await using lab = await Lab.open();
  const startups = await measureStartups(lab, STARTUPS);
  const ours = trials.filter(({ contender }) => contender === PORTBUNNY.name);
  const engine = await readEngineFigures();
  return [
    figure("from exec to the first packet", {
      value: median(startups),
      unit: "ms",
      limit: LIMITS.startupMs,
      note: `median of ${startups.length}`,
    }),
    figure("memory of a scan of 65,535 ports", {
      value: Math.max(...ours.map(({ rssMb }) => rssMb)),
      unit: "MB",
      limit: LIMITS.memoryMb,
      note: `peak; worst of ${ours.length}`,
    }),
    ...engine.flatMap(({ answering, packets, nsPerPacket, collections }) => [
      figure(`engine, ${answering}: time`, {
        value: nsPerPacket,
        unit: "ns/packet",
        limit: LIMITS.packetNs,
        note: "transmit and answer",
      }),
      figure(`engine, ${answering}: garbage`, {
        value: collections,
        unit: "collections",
        limit: LIMITS.collections,
        note: `in ${packets.toLocaleString("en")} packets`,
      }),
    ]),
  ];
}

/** Something measured, with the judgement. */
function figure(what: string, given: Omit<Figure, "what" | "holds">): Figure {
  return { what, ...given, holds: given.value <= given.limit };
}

/** The result for people. */
function formatFigures(figures: readonly Figure[]): string {
  return formatTable({
    columns: [
      { title: "what" },
      { title: "measured", align: "right" },
      { title: "at most", align: "right" },
      { title: "unit" },
      { title: "" },
      { title: "note" },
    ],
    rows: figures.map(({ what, value, unit, limit, holds, note }) => [
      what,
      shorten(value),
      shorten(limit),
      unit,
      holds ? "holds" : "DOES NOT HOLD",
      note,
    ]),
  });
}

/** Three digits, or all of a count. */
function shorten(value: number): string {
  return Number.isInteger(value) ? `${value}` : value.toPrecision(3);
}
