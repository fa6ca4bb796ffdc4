/**
 * Proof that a lab test leaves nothing: no namespace, no process, no worker thread. What the
 * machine ran before is not touched, and other runs of the lab beside this one do not count.
 */
import { listNamespaces } from "./netns.ts";

/** Between two looks, and in all: what has been told to end takes a moment to be gone. */
const LOOK_MS = 20;
const PATIENCE_MS = 5_000;

/** How Deno names the threads of workers. */
const WORKER_THREAD = /^worker-\d+$/;

/** Positions in `/proc/<pid>/stat` behind the command's name: parent, group (proc_pid_stat(5)). */
const PARENT = 1;
const GROUP = 2;

/** What is there when a test begins, to be compared with what is there when it has ended. */
export class Teardown {
  readonly #before = new Set(findRemains());

  /**
   * Waits until nothing is left of what came after the beginning.
   *
   * @throws {Error} If something stays, naming it.
   */
  async prove(patienceMs: number = PATIENCE_MS): Promise<void> {
    for (let waited = 0;; waited += LOOK_MS) {
      const left = findRemains().filter((each) => !this.#before.has(each));
      if (left.length === 0) return;
      if (waited >= patienceMs) throw new Error(`The test has left behind: ${left.join(", ")}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}

/** Namespaces, processes and worker threads that are this process's doing. */
function findRemains(): string[] {
  return [
    ...listNamespaces(Deno.pid).map((name) => `namespace ${name}`),
    ...findProcesses().map(({ pid, name }) => `process ${pid} (${name})`),
    ...findWorkers().map((name) => `thread ${name}`),
  ];
}

/** Our children, and what else is in our process group: whatever lost its parent stays in there. */
function findProcesses(): ProcessFacts[] {
  const all = numbersIn("/proc").map(readProcess).filter((it) => it !== undefined);
  const group = all.find(({ pid }) => pid === Deno.pid)?.group;
  return all.filter((it) => it.pid !== Deno.pid && (it.parent === Deno.pid || it.group === group));
}

/** A process, as the kernel describes it. */
interface ProcessFacts {
  pid: number;
  name: string;
  parent: number;
  group: number;
}

/** Reads what the kernel says of a process; undefined if it is gone. */
function readProcess(pid: number): ProcessFacts | undefined {
  const text = readIfThere(`/proc/${pid}/stat`);
  // The name stands in brackets and may hold anything, brackets too.
  const [, name, rest] = /^\d+ \((.*)\) (.*)$/s.exec(text ?? "") ?? [];
  if (name === undefined || rest === undefined) return undefined;
  const fields = rest.split(" ");
  return { pid, name, parent: Number(fields[PARENT]), group: Number(fields[GROUP]) };
}

/** Names of this process's worker threads. */
function findWorkers(): string[] {
  return numbersIn("/proc/self/task")
    .map((id) => readIfThere(`/proc/self/task/${id}/comm`)?.trim() ?? "")
    .filter((name) => WORKER_THREAD.test(name));
}

/** The entries of a folder that are numbers. */
function numbersIn(folder: string): number[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => Number(name)).filter(Number.isInteger);
}

/** The text of a file that may vanish at any moment. */
function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}
