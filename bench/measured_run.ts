/**
 * One run of a program in a namespace, with what it cost: GNU time counts processor time and memory
 * (the peak of the largest process), timeout ends it when its time is over.
 */
import type { Namespace } from "../test/lab/netns.ts";

/** What a run came to. */
export interface MeasuredRun {
  /** From start to end, ms. */
  wallMs: number;
  /** Processor time of the program, in it and in the kernel for it, ms. */
  cpuMs: number;
  /** Peak of the memory in use, MB (10^6 bytes). */
  rssMb: number;
  code: number;
  /** True if it was ended because its time was over; `wallMs` is its limit then. */
  isCapped: boolean;
  stdout: string;
  stderr: string;
}

/** The words that measure; not the shell's builtin, which knows no memory. */
const TIME = "/usr/bin/time";

/**
 * Contenders go before other programs of the machine, all of them alike: what else it does is not
 * what is measured. Other users than root have to do without.
 */
export const FIRST: readonly string[] = Deno.uid() === 0 ? ["nice", "-n", "-20"] : [];

/** User time, system time, peak memory (KiB). */
const TIME_FORMAT = "%U %S %M";

/** What timeout ends with when the time was over: it was enough to ask, or it had to kill. */
const TIME_OVER: readonly number[] = [124, 137];

/** Who has been asked to end is killed after so many seconds. */
const KILL_AFTER_S = 5;

/** Patience with the measuring itself, above the limit of the run, ms. */
const GRACE_MS = 15_000;

/** Runs a program to its end, or until `limitMs` are over. */
export async function measureRun(
  namespace: Namespace,
  words: readonly string[],
  limitMs: number,
): Promise<MeasuredRun> {
  const report = await Deno.makeTempFile({ prefix: "bench-time-" });
  const limit = (limitMs / 1_000).toFixed(3);
  const measuring = [...FIRST, TIME, "-q", "-f", TIME_FORMAT, "-o", report]
    .concat("timeout", `--kill-after=${KILL_AFTER_S}`, limit, words);
  try {
    const start = performance.now();
    const { code, stdout, stderr, timedOut } = await namespace.run(measuring, {
      timeoutMs: limitMs + GRACE_MS,
    });
    const wallMs = performance.now() - start;
    if (timedOut) throw new Error(`Cannot end it: ${words.join(" ")}`);
    const { cpuMs, rssMb } = readReport(await Deno.readTextFile(report));
    const isCapped = TIME_OVER.includes(code);
    return { wallMs, cpuMs, rssMb, code, isCapped, stdout, stderr };
  } finally {
    await Deno.remove(report);
  }
}

/** Reads what GNU time wrote. */
function readReport(text: string): { cpuMs: number; rssMb: number } {
  const [user, system, kibibytes] = text.trim().split(" ").map(Number);
  return { cpuMs: (user! + system!) * 1_000, rssMb: kibibytes! * 1_024 / 1e6 };
}
