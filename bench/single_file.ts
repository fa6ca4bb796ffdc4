/**
 * What it costs to have the single file on a machine and to start it, beside the source under
 * `deno run`, nmap and masscan: size, start, time to the first packet, memory of a scan of all
 * ports of a host whose ports are all closed. The contenders take turns.
 */
// deno-lint-ignore-file no-console -- a program: its output is its purpose
import { parseArgs } from "node:util";
import { HOST_ADDRESS, HOST_INTERFACE, Lab, SCANNER_INTERFACE } from "../test/lab/lab.ts";
import { runSystem } from "../test/lab/command.ts";
import { PACKAGING_NAMES } from "cli/packaging.ts";
import { programKinds } from "../test/support/program_kinds.ts";
import { hardwareAddress } from "./contender.ts";
import { describeMachine, machineLine } from "./machine.ts";
import { measureRun } from "./measured_run.ts";
import { measureStartup } from "./startup.ts";
import { median } from "./statistics.ts";
import { formatMarkdown } from "./table.ts";

/** A program to be started. */
interface Starter {
  readonly title: string;
  /** What it takes on the disk, without libraries of the system. */
  readonly files: readonly string[];
  /** Words that make it say its version; that ask one port; that ask all. */
  readonly version: readonly string[];
  readonly onePort: readonly string[];
  readonly allPorts: readonly string[];
}

/** Rounds, unless told. */
const ROUNDS = 20;

/** Patience with one run, ms. */
const RUN_LIMIT = 120_000;

/** Of the slow measurement, a scan of all ports, fewer do. */
const SCANS_PER_ROUND = 1 / 4;

/** Runs the bench; returns the exit code. */
export async function singleFile(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { rounds: { type: "string" } } });
  const rounds = Number(values.rounds ?? ROUNDS);
  const plan = { open: [], dropped: [], reset: [], prohibited: [] };
  await using lab = await Lab.open({ plan });
  const starters = await listStarters(lab);
  const rows: string[][] = [];
  const figures = await measureAll(starters, { lab, rounds });
  for (const [index, { title, files }] of starters.entries()) {
    const { start, firstPacket, memory } = figures[index]!;
    rows.push([
      title,
      (sizeOf(files) / 1e6).toFixed(1),
      median(start).toFixed(0),
      median(firstPacket).toFixed(0),
      median(memory).toFixed(0),
    ]);
  }
  console.log(`${machineLine(describeMachine())}; medians of ${rounds}`);
  console.log(formatMarkdown({ columns: COLUMNS, rows }));
  return 0;
}

/** Bytes of files and of all that is in folders. */
function sizeOf(paths: readonly string[]): number {
  const total = runSystem(["du", "-cbL", ...paths]).trim().split("\n").at(-1)!;
  return Number(total.split("\t")[0]);
}

/** The table's columns. */
const COLUMNS = [
  { title: "" },
  { title: "Size, MB", align: "right" },
  { title: "`--version`, ms", align: "right" },
  { title: "First packet after, ms", align: "right" },
  { title: "Memory, all ports, MB", align: "right" },
] as const;

/** What was measured of one program. */
interface Figures {
  readonly start: number[];
  readonly firstPacket: number[];
  readonly memory: number[];
}

/** Measures everything, in turns. */
async function measureAll(
  starters: readonly Starter[],
  { lab, rounds }: { lab: Lab; rounds: number },
): Promise<Figures[]> {
  const figures = starters.map((): Figures => ({ start: [], firstPacket: [], memory: [] }));
  for (let round = 0; round < rounds; round++) {
    for (const [index, starter] of starters.entries()) {
      const { start, firstPacket, memory } = figures[index]!;
      start.push((await measureRun(lab.scanner, starter.version, RUN_LIMIT)).wallMs);
      firstPacket.push(await measureStartup(lab, starter.onePort));
      if (memory.length > round * SCANS_PER_ROUND) continue;
      memory.push((await measureRun(lab.scanner, starter.allPorts, RUN_LIMIT)).rssMb);
    }
  }
  return figures;
}

/** Every program that is here. */
async function listStarters(lab: Lab): Promise<Starter[]> {
  const own = (await programKinds()).map(({ packaging, start }): Starter => ({
    title: packaging === "source" ? "`deno run`" : `PortBunny, ${PACKAGING_NAMES[packaging]}`,
    files: packaging === "source" ? [Deno.execPath(), "main.ts", "src", "ffi"] : start([]),
    version: start(["--version"]),
    onePort: start(["-q", "-p", "9", HOST_ADDRESS]),
    allPorts: start(["-q", "-p-", HOST_ADDRESS]),
  }));
  return [...own, nmap(), masscan(hardwareAddress(lab.host, HOST_INTERFACE))];
}

function nmap(): Starter {
  const quiet = ["nmap", "-n", "-sS", "-T4"];
  return {
    title: "nmap",
    files: ["/usr/bin/nmap", "/usr/share/nmap"],
    version: ["nmap", "--version"],
    onePort: [...quiet, "-Pn", "-p", "9", HOST_ADDRESS],
    allPorts: [...quiet, "-p-", HOST_ADDRESS],
  };
}

/** It finds no gateway in the lab and has to be told who is the next hop. */
function masscan(nextHop: string): Starter {
  const quiet = ["masscan", HOST_ADDRESS, "--interface", SCANNER_INTERFACE, "--wait", "1"]
    .concat("--router-mac", nextHop);
  return {
    title: "masscan",
    files: ["/usr/bin/masscan"],
    version: ["masscan", "--version"],
    onePort: [...quiet, "-p9", "--rate", "1000"],
    allPorts: [...quiet, "-p1-65535", "--rate", "50000"],
  };
}
