/** Numbered packets through a wire: sent by a process of its own, and watched at both ends. */
import type { Namespace } from "./netns.ts";
import { type Sighting, Tap } from "./traffic/tap.ts";
import type { TrafficJob, TrafficReport } from "./traffic/traffic_process.ts";
import { runCommand } from "./command.ts";

export type { Sighting } from "./traffic/tap.ts";
export type { TrafficJob, TrafficReport } from "./traffic/traffic_process.ts";

/** The script that sends. */
const SCRIPT = decodeURIComponent(
  new URL("../../test/lab/traffic/traffic_process.ts", import.meta.url).pathname,
);

/** Between two looks at the taps, whose rings hold 8,192 frames each. */
const LOOK_MS = 10;

/** Where packets are watched: an interface that they enter by and one that they leave by. */
export interface Watch {
  readonly namespace: Namespace;
  readonly entry: string;
  readonly exit: string;
  /** Destination port of the packets that count. */
  readonly port: number;
  /** The watch ends so many ms after what is done meanwhile, when the last packet has left. */
  readonly tailMs: number;
}

/** What was seen. */
export interface Observation {
  readonly entered: readonly Sighting[];
  readonly left: readonly Sighting[];
}

/** Sends packets from a namespace; returns when the last has left. */
export async function sendTraffic(
  from: Namespace,
  job: TrafficJob,
  prefix: readonly string[] = [],
): Promise<TrafficReport> {
  const program = [Deno.execPath(), "run", "-A", "--quiet", SCRIPT, JSON.stringify(job)];
  const result = await runCommand(from.wrap([...prefix, ...program]));
  if (result.code !== 0) throw new Error(`No traffic: ${result.stderr}`);
  return JSON.parse(result.stdout);
}

/** Watches what passes while something is done. */
export async function observe(
  { namespace, entry, exit, port, tailMs }: Watch,
  meanwhile: () => Promise<unknown>,
): Promise<Observation> {
  using entryTap = new Tap({ namespace, port, interfaceName: entry, direction: "in" });
  using exitTap = new Tap({ namespace, port, interfaceName: exit, direction: "out" });
  const drain = () => {
    entryTap.drain();
    exitTap.drain();
  };
  const timer = setInterval(drain, LOOK_MS);
  try {
    await meanwhile();
    await new Promise((resolve) => setTimeout(resolve, tailMs));
    drain();
    const missed = entryTap.missed() + exitTap.missed();
    if (missed > 0) throw new Error(`${missed} packets passed unseen`);
    return { entered: entryTap.sightings, left: exitTap.sightings };
  } finally {
    clearInterval(timer);
  }
}
