/**
 * What the lab's own wire carries, and what it adds to the way: packets of minimal size at fixed
 * rates from processes on one core, the wire alone on another, and the kernel's time stamps. Each
 * line says what has to hold.
 */
// deno-lint-ignore-file no-console -- a program: its output is its purpose
import { parseArgs } from "node:util";
import { formatIpv4 } from "wire/address.ts";
import { runSystem } from "../test/lab/command.ts";
import {
  FAR_INTERFACE,
  HOST_ADDRESS,
  HOST_INTERFACE,
  Lab,
  NEAR_INTERFACE,
  SCANNER_ADDRESS,
  SCANNER_INTERFACE,
} from "../test/lab/lab.ts";
import type { Namespace } from "../test/lab/netns.ts";
import { PlayedPreset } from "../test/lab/played_preset.ts";
import { observe, sendTraffic } from "../test/lab/traffic.ts";
import type { Wire, WireStats } from "../test/lab/wire.ts";
import { describeMachine, machineLine } from "./machine.ts";
import { saveResult } from "./result_file.ts";
import { median } from "./statistics.ts";
import { formatTable } from "./table.ts";

/** Each rate is kept up for so long. */
const SECONDS = 3;

/** Runs of each measurement, unless told; the medians count. */
const ROUNDS = 3;

/** Cores of the senders and of the wire: what is measured is the wire. */
const SENDER_CORE = "0";
const WIRE_CORE = "1";

/** Packets under way have arrived after so long, ms. */
const TAIL_MS = 200;

/** A rate counts as carried if so few are lost, and if the senders have kept to it. */
const MAX_LOST = 1e-4;
const LEAST_CARRIED = 0.97;

/** Everything that a path does, and nothing that loses packets at these rates. */
const PATH = {
  delay: 5_000,
  bottleneck: { bitsPerSecond: 1e9, queuePackets: 10_000 },
  loss: { kind: "random", probability: 1e-9 },
} as const;

/** A host without anything: its packets are dropped where they come in. */
const NOBODY = { open: [], dropped: [], reset: [], prohibited: [] };

const PORT = 9;
const LOCAL_PORT = 62_000;

/** One run at one rate. */
interface Passed {
  /** Packets per second that came out, of those that have to, each way. */
  carried: number;
  /** Share of the packets that the wire lost of itself. */
  lost: number;
  /** Of one core. */
  cpu: number;
}

/** A line of the result. */
interface Row extends Passed {
  what: string;
  offered: number;
  /** True or false where something has to hold. */
  holds?: boolean;
}

/** What has to be carried, and what is measured beside it. */
const RATES: readonly { rate: number; way: Way; required: boolean }[] = [
  { rate: 100_000, way: "one way", required: true },
  { rate: 200_000, way: "one way", required: true },
  { rate: 300_000, way: "one way", required: false },
  { rate: 400_000, way: "one way", required: false },
  { rate: 60_000, way: "both ways", required: true },
  { rate: 120_000, way: "both ways", required: true },
  { rate: 160_000, way: "both ways", required: false },
  { rate: 120_000, way: "answered by a preset's host", required: false },
];

/** How packets are sent. */
type Way = "one way" | "both ways" | "answered by a preset's host";

/** Runs everything, prints it, and returns the exit code: 1 if something does not hold. */
export async function labWire(args: string[]): Promise<number> {
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
  console.error(machineLine(machine));
  const rows: Row[] = [];
  for (const { rate, way, required } of RATES) {
    rows.push(await measureRate(rate, way, { rounds, required }));
  }
  const added = await measureAdded(rounds);
  const holds = added.median < 100 && rows.every((row) => row.holds !== false);
  const result = { machine, rows, added, holds };
  await saveResult("lab-wire", result);
  console.log(values.json ? JSON.stringify(result) : describe(rows, added));
  return holds ? 0 : 1;
}

/** Some runs at one rate; their medians. */
async function measureRate(
  rate: number,
  way: Way,
  { rounds, required }: { rounds: number; required: boolean },
): Promise<Row> {
  const runs: Passed[] = [];
  for (let round = 0; round < rounds; round++) {
    const run = await (way === "answered by a preset's host"
      ? passPreset(rate)
      : passBetween(rate, way === "both ways"));
    console.error(`${way}, ${rate}/s: ${(100 * run.lost).toFixed(2)} % lost`);
    runs.push(run);
  }
  const middle = (value: (run: Passed) => number) => median(runs.map(value));
  const carried = middle((run) => run.carried);
  const lost = middle((run) => run.lost);
  return {
    what: way,
    offered: rate,
    carried,
    lost,
    cpu: middle((run) => run.cpu),
    ...(required ? { holds: lost <= MAX_LOST && carried >= LEAST_CARRIED * rate } : {}),
  };
}

/** Packets between the two ends of a wire. */
async function passBetween(rate: number, bothWays: boolean): Promise<Passed> {
  await using lab = await Lab.open({
    plan: NOBODY,
    paths: { out: [PATH], back: [PATH], seed: 1 },
  });
  await dropArrivals(lab.scanner, SCANNER_INTERFACE);
  await dropArrivals(lab.host, HOST_INTERFACE);
  const sending: readonly [Namespace, string][] = [
    [lab.scanner, HOST_ADDRESS],
    ...(bothWays ? [[lab.host, SCANNER_ADDRESS] as [Namespace, string]] : []),
  ];
  return await pass(lab.wire, sending, rate);
}

/** Packets to a simulated host, which answers each with a reset. */
async function passPreset(rate: number): Promise<Passed> {
  await using network = await PlayedPreset.open("lan-closed", 1);
  await dropArrivals(network.scanner, SCANNER_INTERFACE);
  const target = formatIpv4(network.parts.targets.v4.at(0));
  return await pass(network.wire, [[network.scanner, target]], rate);
}

/** Sends from one or both sides, and compares the wire's figures before and after. */
async function pass(
  wire: Wire,
  sending: readonly [Namespace, string][],
  rate: number,
): Promise<Passed> {
  runSystem(["taskset", "--pid", "--cpu-list", WIRE_CORE, `${wire.pid}`]);
  const job = { port: PORT, localPort: LOCAL_PORT, rate, count: rate * SECONDS, length: 44 };
  const before = wireTime(wire.pid);
  const reports = await Promise.all(
    sending.map(([from, destination]) =>
      sendTraffic(from, { ...job, destination }, senderPrefix())
    ),
  );
  await new Promise((resolve) => setTimeout(resolve, TAIL_MS));
  const spent = wireTime(wire.pid) - before;
  const stats = await wire.stats();
  const sent = reports.reduce((sum, report) => sum + report.sent, 0);
  const slowest = Math.max(...reports.map(({ duration }) => duration)) / 1e6;
  const lost = lostBy(stats);
  return {
    carried: (sent - lost) / reports.length / slowest,
    lost: lost / sent,
    cpu: spent / slowest,
  };
}

/** Words that keep senders to their core and, as root, before other programs. */
function senderPrefix(): string[] {
  const pinned = ["taskset", "--cpu-list", SENDER_CORE];
  const { success } = new Deno.Command("chrt", { args: ["--rr", "1", "true"], stderr: "null" })
    .outputSync();
  return success ? [...pinned, "chrt", "--rr", "1"] : pinned;
}

/** Packets that the wire lost of itself and not as the path that it plays. */
function lostBy({ ends }: WireStats): number {
  return ends.reduce((sum, end) => sum + end.dropped + end.refused + end.malformed, 0);
}

/** Processor time of a process so far, s. */
function wireTime(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).replace(/^.*\) /, "").split(" ");
  // User and system time, in hundredths of a second (proc_pid_stat(5)).
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Lets a namespace throw away IP packets at its door, where it costs least. */
async function dropArrivals(namespace: Namespace, interfaceName: string): Promise<void> {
  const rules = `table netdev t { chain c { type filter hook ingress device "${interfaceName}" ` +
    "priority 0; ether type ip drop; }; }";
  const { code, stderr } = await namespace.run(["nft", rules]);
  if (code !== 0) throw new Error(`nft: ${stderr}`);
}

/** What the wire adds to the way of a packet, µs, by the stamps of the kernel. */
interface Added {
  median: number;
  p99: number;
}

/** A wire without delay at 10,000 packets a second. */
async function measureAdded(rounds: number): Promise<Added> {
  const all: Added[] = [];
  for (let round = 0; round < rounds; round++) {
    await using lab = await Lab.open({ plan: NOBODY, paths: { out: [{}], back: [{}], seed: 1 } });
    await dropArrivals(lab.host, HOST_INTERFACE);
    const { namespace } = lab.wire;
    const watch = { namespace, entry: NEAR_INTERFACE, exit: FAR_INTERFACE };
    const job = { destination: HOST_ADDRESS, port: PORT, localPort: LOCAL_PORT, length: 44 };
    const { entered, left } = await observe(
      { ...watch, port: PORT, tailMs: TAIL_MS },
      () => sendTraffic(lab.scanner, { ...job, rate: 10_000, count: 10_000 * SECONDS }),
    );
    const times = new Map(entered.map(({ number, time }) => [number, time]));
    const added = left.map(({ number, time }) => time - times.get(number)!).sort((a, b) => a - b);
    all.push({ median: median(added), p99: added[Math.floor(0.99 * added.length)]! });
  }
  return { median: median(all.map((it) => it.median)), p99: median(all.map((it) => it.p99)) };
}

/** The result for people. */
function describe(rows: readonly Row[], added: Added): string {
  const table = formatTable({
    columns: [
      { title: "packets" },
      { title: "offered, each way", align: "right" },
      { title: "carried", align: "right" },
      { title: "lost", align: "right" },
      { title: "core", align: "right" },
      { title: "" },
    ],
    rows: rows.map(({ what, offered, carried, lost, cpu, holds }) => [
      what,
      `${offered / 1e3} k/s`,
      `${(carried / 1e3).toFixed(1)} k/s`,
      `${(100 * lost).toFixed(3)} %`,
      `${Math.round(100 * cpu)} %`,
      holds === undefined ? "" : holds ? "holds" : "DOES NOT HOLD",
    ]),
  });
  const verdict = added.median < 100 ? "holds" : "DOES NOT HOLD";
  return `${table}
At 10,000 packets a second it adds ${
    added.median.toFixed(0)
  } µs in the median (below 100: ${verdict}),
${added.p99.toFixed(0)} µs at the 99th percentile.`;
}
