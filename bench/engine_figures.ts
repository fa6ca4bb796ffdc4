/** What the bench of the engine says, for programs: its figures, read from its JSON. */

import { FIRST } from "./measured_run.ts";

/** One flow's run. */
export interface EngineFigure {
  /** What the imagined target does with a port. */
  answering: string;
  /** Packets that passed, in and out. */
  packets: number;
  nsPerPacket: number;
  /** Garbage collections meanwhile. */
  collections: number;
}

/** Runs the bench in a process of its own. */
export async function readEngineFigures(): Promise<EngineFigure[]> {
  const script = new URL("./engine_bench.ts", import.meta.url).pathname;
  const bench = [Deno.execPath(), "run", "-A", "--quiet", decodeURIComponent(script), "--json"];
  const [program, ...args] = [...FIRST, ...bench];
  const { stdout } = await new Deno.Command(program!, { args, stderr: "inherit" }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}
