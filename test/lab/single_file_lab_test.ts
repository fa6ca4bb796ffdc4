/**
 * The single file on a machine that has nothing: alone in a root with the libraries of its runtime,
 * read-only, without libpcap, it scans the lab's host. And as an ordinary user's program.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { makeBareRoot, PROGRAM_IN_ROOT } from "../../tools/single_file/bare_root.ts";
import { launcherFile, programKinds } from "../support/program_kinds.ts";
import { end } from "./command.ts";
import { HOST_ADDRESS, type Lab } from "./lab.ts";
import { labTest } from "./lab_test_case.ts";
import { findMistakes, parseLines, targetLine } from "./results.ts";
import { inRootFolder } from "./root_folder.ts";

/** A root that `deno task release` makes with debootstrap: the smallest Debian there is. */
const DEBIAN_ROOT = Deno.env.get("PORTBUNNY_DEBIAN_ROOT");

/** Somebody without rights. */
const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

/** True if there is such a user: a user namespace of an ordinary user has one user only. */
const HAS_NOBODY = /\b4294967295\b/.test(Deno.readTextFileSync("/proc/self/uid_map"));

/** Rights by their bits: DAC_OVERRIDE, NET_ADMIN and NET_RAW; NET_RAW alone. */
const SCAN_RIGHTS = 0x3002n;
const NET_RAW = 0x2000n;

/** Slow enough to be looked at while it runs. */
const SLOW = ["-q", "-p-", "--max-rate", "1000", HOST_ADDRESS];

/** What `/proc` says about the threads of a process. */
interface ThreadRights {
  /** All that any thread has, and what the main thread has. */
  all: bigint;
  main: bigint;
  /** True if some thread, the worker, has nothing. */
  isWorkerBare: boolean;
  /** `no_new_privs` and the filter of system calls, in all threads. */
  guards: string[];
}

/** Reads the rights of a running process. */
function readThreads(pid: number): ThreadRights {
  const threads = [...Deno.readDirSync(`/proc/${pid}/task`)].map(({ name }) => {
    const text = Deno.readTextFileSync(`/proc/${pid}/task/${name}/status`);
    const field = (key: string) => new RegExp(`^${key}:\\s*(\\w+)$`, "m").exec(text)![1]!;
    const guards = `${field("NoNewPrivs")} ${field("Seccomp")}`;
    return { id: Number(name), rights: BigInt(`0x${field("CapPrm")}`), guards };
  });
  return {
    all: threads.reduce((sum, { rights }) => sum | rights, 0n),
    main: threads.find(({ id }) => id === pid)!.rights,
    isWorkerBare: threads.some(({ rights }) => rights === 0n),
    guards: [...new Set(threads.map(({ guards }) => guards))],
  };
}

/** Scans slowly, and reads the process's rights as soon as the scan is under way. */
async function watchRights(lab: Lab, words: readonly string[]): Promise<ThreadRights> {
  let seen: ThreadRights | undefined;
  const result = await lab.run([...words, ...SLOW], {
    async whileRunning(child) {
      for (let tries = 0; tries < 200 && !seen?.isWorkerBare; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        seen = readThreads(child.pid);
      }
      end(child, "SIGTERM");
    },
  });
  assertEquals(result.code, 143, result.stderr);
  return seen!;
}

/** Scans all ports from a root folder and expects every one to be right. */
async function scanFrom(folder: string, lab: Lab): Promise<void> {
  const words = inRootFolder(folder, ["-q", "-p-", "-oJ", "-", HOST_ADDRESS]);
  const { code, stdout, stderr } = await lab.run(words);
  assertEquals([code, stderr], [0, ""]);
  const target = targetLine(parseLines(stdout));
  assertEquals(findMistakes(target, lab.plan, { reasons: true }), []);
}

labTest("the single file scans from a bare root, all ports right", async (lab) => {
  const folder = await Deno.makeTempDir();
  try {
    await makeBareRoot(folder, Deno.execPath());
    await Deno.copyFile(await launcherFile(), `${folder}${PROGRAM_IN_ROOT}`);
    await scanFrom(folder, lab);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

labTest("a scan keeps no rights that it does not need, in any kind", async (lab) => {
  for (const { packaging, start } of await programKinds()) {
    const { all, main, isWorkerBare, guards } = await watchRights(lab, start([]));
    assertEquals([isWorkerBare, main, guards], [true, SCAN_RIGHTS, ["1 2"]], packaging);
    // The launcher has taken the rest away before the runtime had threads.
    if (packaging === "launcher") assertEquals(all, SCAN_RIGHTS);
  }
});

/** What somebody without rights can do before and after the file was given the right. */
async function scanAsNobody(lab: Lab): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.chmod(folder, 0o755);
    const file = `${folder}/portbunny`;
    await Deno.copyFile(await launcherFile(), file);
    const without = await lab.run([...NOBODY, file, ...SLOW]);
    assertEquals(without.code, 1);
    assertStringIncludes(without.stderr, `\`sudo setcap cap_net_raw=ep ${file}\``);
    assertEquals((await lab.run(["setcap", "cap_net_raw=ep", file])).code, 0);
    const words = [...NOBODY, file, "-q", "-p", "1-1024", "-oJ", "-", HOST_ADDRESS];
    const { code, stdout, stderr } = await lab.run(words);
    assertEquals([code, stderr], [0, ""]);
    const ports = Array.from({ length: 1024 }, (_, index) => index + 1);
    const target = targetLine(parseLines(stdout));
    assertEquals(findMistakes(target, lab.plan, { reasons: true, ports }), []);
    const { all, isWorkerBare, guards } = await watchRights(lab, [...NOBODY, file]);
    assertEquals([all, isWorkerBare, guards], [NET_RAW, true, ["1 2"]]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (HAS_NOBODY) {
  labTest("the single file scans for an ordinary user once it has the right", scanAsNobody);
}

if (DEBIAN_ROOT !== undefined) {
  labTest("the single file scans from a minimal Debian, all ports right", async (lab) => {
    await Deno.copyFile(await launcherFile(), `${DEBIAN_ROOT}${PROGRAM_IN_ROOT}`);
    await scanFrom(DEBIAN_ROOT, lab);
  });
}
