/**
 * The single file on a machine that has nothing: alone in a root with the libraries of its runtime,
 * read-only, without libpcap, it scans the lab's host. And as an ordinary user's program.
 */
import { assertEquals } from "@std/assert";
import { makeBareRoot, PROGRAM_IN_ROOT } from "../../tools/single_file/bare_root.ts";
import { launcherFile } from "../support/program_kinds.ts";
import { HOST_ADDRESS, type Lab } from "./lab.ts";
import { labTest } from "./lab_test_case.ts";
import { findMistakes, parseLines, targetLine } from "./results.ts";
import { inRootFolder } from "./root_folder.ts";

/** A root that `deno task release` makes with debootstrap: the smallest Debian there is. */
const DEBIAN_ROOT = Deno.env.get("PORTBUNNY_DEBIAN_ROOT");

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
    await makeBareRoot(folder, { file: await launcherFile(), linked: Deno.execPath() });
    await scanFrom(folder, lab);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

if (DEBIAN_ROOT !== undefined) {
  labTest("the single file scans from a minimal Debian, all ports right", async (lab) => {
    await Deno.copyFile(await launcherFile(), `${DEBIAN_ROOT}${PROGRAM_IN_ROOT}`);
    await scanFrom(DEBIAN_ROOT, lab);
  });
}
