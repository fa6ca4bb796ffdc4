/** A bundle of the whole program in one file starts its worker from itself, and scans. */
import { assertEquals } from "@std/assert";
import { makeBundle } from "../../tools/single_file/bundle.ts";
import { HOST_ADDRESS } from "./lab.ts";
import { labTest } from "./lab_test_case.ts";
import { findMistakes, parseLines, targetLine } from "./results.ts";

labTest("a bundle of main.ts starts its worker", async (lab) => {
  const folder = await Deno.makeTempDir();
  try {
    const bundle = `${folder}/portbunny.js`;
    makeBundle(bundle);
    const words = [Deno.execPath(), "run", "-A", "--quiet", "--no-config", bundle];
    const { code, stdout, stderr } = await lab.run([
      ...words,
      "-q",
      "-p-",
      "-oJ",
      "-",
      HOST_ADDRESS,
    ]);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(findMistakes(targetLine(parseLines(stdout)), lab.plan, { reasons: true }), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
