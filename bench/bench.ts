/**
 * The front door of all benches: picks one, sees to what it needs of the system, and runs it.
 * `deno task bench --help` says what there is.
 */
// deno-lint-ignore-file no-console -- a program: its output is its purpose
import { runAlong } from "../test/lab/command.ts";
import { findObstacle, wayIntoLab } from "../test/lab/preflight.ts";
import type { Purpose } from "../tools/packages.ts";
import { setUp } from "../tools/setup.ts";
import { agree } from "./agree.ts";
import { beside } from "./beside.ts";
import { first } from "./first.ts";
import { labWire } from "./lab_wire.ts";
import { peers } from "./peers.ts";
import { singleFile } from "./single_file.ts";

/** One bench. */
interface Bench {
  /** One line for people. */
  summary: string;
  /** What it needs of the system. */
  needs: readonly Purpose[];
  /** What it also looks for, and does without where it cannot be had. */
  wants?: readonly Purpose[];
  /** True if it makes network namespaces. */
  inLab: boolean;
  /** Runs it and returns the exit code. */
  run: (args: string[]) => Promise<number>;
}

const BENCHES: Record<string, Bench> = {
  peers: {
    summary: "against nmap, masscan and zmap on every preset, with real packets (hours)",
    needs: ["scan", "lab", "measure"],
    wants: ["bench", "peers"],
    inLab: true,
    run: peers,
  },
  first: {
    summary: "against nmap on a real host: time, verdicts; start-up, memory, engine (5 to 10 min)",
    needs: ["scan", "lab", "measure", "bench"],
    inLab: true,
    run: first,
  },
  agree: {
    summary: "do simulator and lab agree, in time and in verdicts? (a quarter of an hour)",
    needs: ["scan", "lab"],
    inLab: true,
    run: agree,
  },
  file: {
    summary: "the single file beside deno run, nmap, masscan: size, start, memory (2 min)",
    needs: ["scan", "lab", "measure", "bench", "peers", "build"],
    inLab: true,
    run: singleFile,
  },
  beside: {
    summary: "what a scan leaves to other people's TCP on the same link (a quarter of an hour)",
    needs: ["scan", "lab"],
    inLab: true,
    run: beside,
  },
  engine: {
    summary: "time and garbage per packet of the engine alone",
    needs: [],
    inLab: false,
    run: (args) => runScript(["run", "-A", "--quiet"], "engine_bench.ts", args),
  },
  link: {
    summary: "packets a second through the real link",
    needs: ["scan", "lab"],
    inLab: true,
    run: (args) => runScript(["run", "-A", "--quiet"], "link_bench.ts", args),
  },
  sim: {
    summary: "packets a second of whole scans in virtual time",
    needs: [],
    inLab: false,
    run: (args) => runScript(["run", "-A", "--quiet"], "sim_bench.ts", args),
  },
  "lab-wire": {
    summary: "packets a second through the lab's own wire, and what it adds to the way",
    needs: ["scan", "lab"],
    inLab: true,
    run: labWire,
  },
  wire: {
    summary: "time to build and to read packets",
    needs: [],
    inLab: false,
    run: (args) => runScript(["bench", "-A", "--no-check", "--quiet"], "wire_bench.ts", args),
  },
};

/** Runs where no name is given. */
const DEFAULT = "peers";

if (import.meta.main) Deno.exit(await main(Deno.args));

/** Runs what the first word asks for. */
async function main(words: string[]): Promise<number> {
  if (words.some((word) => ["--help", "-h", "help"].includes(word))) {
    console.log(helpText());
    return 0;
  }
  const isNamed = words[0] !== undefined && !words[0].startsWith("-");
  const [name, ...args] = isNamed ? words : [DEFAULT, ...words];
  const bench = Object.hasOwn(BENCHES, name!) ? BENCHES[name!] : undefined;
  if (bench === undefined) {
    console.error(`There is no bench "${name}".\n\n${helpText()}`);
    return 1;
  }
  if (bench.needs.length > 0 && !setUp(bench.needs)) return 1;
  if (bench.wants !== undefined) setUp(bench.wants);
  if (!bench.inLab) return await runBench(bench, args);
  const way = wayIntoLab();
  if (way === undefined) {
    const { reason, remedy } = findObstacle()!;
    console.error(`The lab cannot be built: ${reason}. What helps: ${remedy}.`);
    return 1;
  }
  if (way.length === 0) return await runBench(bench, args);
  const again = [Deno.execPath(), "run", "-A", "--quiet", import.meta.filename!, name!, ...args];
  return await runAlong([...way, ...again]);
}

/** Runs a bench; wrong options are one line. */
async function runBench({ run }: Bench, args: string[]): Promise<number> {
  try {
    return await run(args);
  } catch (error) {
    // What `parseArgs` of node:util throws.
    const isUsage = error instanceof RangeError ||
      error instanceof TypeError && Reflect.has(error, "code");
    if (!isUsage) throw error;
    console.error(`${error.message}\n\n${helpText()}`);
    return 1;
  }
}

function helpText(): string {
  const lines = Object.entries(BENCHES).map(([name, { summary }]) =>
    `  ${name.padEnd(8)} ${summary}`
  );
  return `deno task bench [NAME] [OPTIONS]

${lines.join("\n")}

Without a name it is ${DEFAULT}. bench/README.md says how to read the results.

  --rounds N        runs of each contender; seeds of each preset
  --preset NAME     this preset only; may be repeated (peers, agree)
  --contender NAME  this contender only; may be repeated (peers)
  --quick           four presets, one round, five minutes (peers)
  --fresh           do not go on from an earlier run (peers)
  --json            JSON instead of the table`;
}

/** Runs a bench that is a program of its own. */
function runScript(how: string[], script: string, args: string[]): Promise<number> {
  const path = decodeURIComponent(new URL(script, import.meta.url).pathname);
  return runAlong([Deno.execPath(), ...how, path, ...args]);
}
