import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { labTest } from "../test/lab/lab_test_case.ts";
import { measureRun } from "./measured_run.ts";

/** Work for a fraction of a second, far above the clock tick in which time counts. */
const BUSY = ["sh", "-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo $i; exit 3"];

labTest("measureRun() counts time and memory and hands on what was said", async (lab) => {
  const run = await measureRun(lab.scanner, BUSY, 60_000);
  assertEquals([run.code, run.stdout, run.isCapped], [3, "200000\n", false]);
  assertGreater(run.cpuMs, 0);
  assertGreater(run.wallMs, 0);
  assertGreater(run.rssMb, 0.5);
  assertLess(run.rssMb, 50);
});

labTest("measureRun() ends what takes too long, and its cost is still known", async (lab) => {
  const words = ["sh", "-c", "x=$(head -c 9000000 /dev/zero | tr '\\0' x); while :; do :; done"];
  const run = await measureRun(lab.scanner, words, 1_000);
  assertEquals([run.code, run.isCapped], [124, true]);
  assertGreater(run.rssMb, 9);
  assertGreater(run.cpuMs, 0);
});
