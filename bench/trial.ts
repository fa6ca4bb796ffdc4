/** One contender at one job: what it cost, what it sent, how right it was. */
import type { Namespace } from "../test/lab/netns.ts";
import type { Contender, ScanJob } from "./contender.ts";
import { type MeasuredRun, measureRun } from "./measured_run.ts";
import { type Score, scoreFindings, type Truth } from "./score.ts";

/** What is left of a run. */
export interface Trial extends Omit<MeasuredRun, "stdout" | "stderr"> {
  contender: string;
  /** Packets that left the scanner's interface, those of the kernel included. */
  sent: number;
  /** Packets that came in. */
  received: number;
  score: Score;
}

/** Where and about what a trial is. */
export interface TrialOptions {
  job: ScanJob;
  truth: Truth;
  /** The scanner's namespace. */
  namespace: Namespace;
  /** It is ended after so many milliseconds. */
  limitMs: number;
}

/**
 * Runs a contender once.
 *
 * @throws {Error} If it fails by itself: a benchmark of a mistake is none.
 */
export async function runTrial(contender: Contender, options: TrialOptions): Promise<Trial> {
  const { job, truth, namespace, limitMs } = options;
  const file = await Deno.makeTempFile({ prefix: "bench-result-" });
  try {
    const before = countPackets(namespace, job.interfaceName);
    const words = contender.words(job, file);
    const { stdout, stderr, ...run } = await measureRun(namespace, words, limitMs);
    const after = countPackets(namespace, job.interfaceName);
    if (isFailure(run)) throw new Error(`${words.join(" ")}: ${run.code} ${stdout}${stderr}`);
    return {
      contender: contender.name,
      ...run,
      sent: after.sent - before.sent,
      received: after.received - before.received,
      score: scoreFindings(contender.read(await Deno.readTextFile(file), job), truth),
    };
  } finally {
    await Deno.remove(file);
  }
}

/** PortBunny's exit code for a scan that is complete but left pairs undecided. */
const UNDECIDED = 2;

/** True if a program ended badly, though its time was not over. */
function isFailure({ code, isCapped }: Pick<MeasuredRun, "code" | "isCapped">): boolean {
  return code !== 0 && code !== UNDECIDED && !isCapped;
}

/** What has passed an interface. */
function countPackets(namespace: Namespace, name: string): { sent: number; received: number } {
  const [link] = JSON.parse(namespace.ip(`-statistics -json link show dev ${name}`));
  return { sent: link.stats64.tx.packets, received: link.stats64.rx.packets };
}
