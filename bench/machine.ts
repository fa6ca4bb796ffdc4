/** The machine and the versions behind a measurement: without them a figure says little. */
import { createHash } from "node:crypto";

/** What a result names. */
export interface Machine {
  processor: string;
  cores: number;
  memoryGb: number;
  kernel: string;
  deno: string;
  /**
   * The commit that was measured, and behind a `+` what tells the files from others if they differ
   * from it; absent without git.
   */
  commit?: string;
}

/** Looks at this machine. */
export function describeMachine(): Machine {
  const commit = findCommit();
  return {
    processor: findProcessor(),
    cores: navigator.hardwareConcurrency,
    memoryGb: Math.round(Deno.systemMemoryInfo().total / 1e9),
    kernel: `Linux ${Deno.osRelease()}`,
    deno: Deno.version.deno,
    ...(commit === undefined ? {} : { commit }),
  };
}

/** One line for people. */
export function machineLine({ processor, cores, memoryGb, kernel, deno, commit }: Machine): string {
  return `${processor}, ${cores} cores, ${memoryGb} GB, ${kernel}, Deno ${deno}` +
    (commit === undefined ? "" : `, commit ${commit}`);
}

/** The processor's name. */
function findProcessor(): string {
  const text = Deno.readTextFileSync("/proc/cpuinfo");
  return /^(?:model name|Model)\s*: (.*)$/m.exec(text)?.[1] ?? Deno.build.arch;
}

/** The commit of the repository. */
function findCommit(): string | undefined {
  const commit = git("rev-parse", "--short", "HEAD");
  if (commit === undefined) return undefined;
  const status = git("status", "--porcelain");
  if (status === "") return commit;
  const changes = createHash("sha256").update(`${status}${git("diff", "HEAD")}`).digest("hex");
  return `${commit}+${changes.slice(0, 7)}`;
}

/** What git says; undefined if it is not there or this is no repository of its. */
function git(...args: string[]): string | undefined {
  try {
    const { success, stdout } = new Deno.Command("git", {
      args,
      cwd: new URL("../", import.meta.url),
      stderr: "null",
    }).outputSync();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch {
    return undefined;
  }
}
