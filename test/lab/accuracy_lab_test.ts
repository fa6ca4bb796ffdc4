/**
 * All 65,535 ports of a real Linux host are right, every time. `PORTBUNNY_RUNS=20` in the
 * environment makes as many runs as that of each test, instead of a few.
 */
import { assertEquals } from "@std/assert";
import { HOST_ADDRESS, type Lab } from "./lab.ts";
import { labTest } from "./lab_test_case.ts";
import { findMistakes, parseLines, targetLine } from "./results.ts";

/** Runs of each test: enough to notice, few enough for every day. */
const RUNS = Number(Deno.env.get("PORTBUNNY_RUNS") ?? 3);

/** Scans all ports again and again; any mistake of any run fails, and is shown with its seed. */
async function scanAll(lab: Lab, { reasons }: { reasons: boolean }): Promise<void> {
  const mistakes: string[] = [];
  for (let run = 1; run <= RUNS; run++) {
    const { code, stdout, stderr } = await lab.scan(["-q", "-p-", "-oJ", "-", HOST_ADDRESS]);
    const lines = parseLines(stdout);
    const found = findMistakes(targetLine(lines), lab.plan, { reasons });
    if (code !== 0) found.push(`exit code ${code}: ${stderr}`);
    mistakes.push(...found.map((text) => `run ${run}, seed ${lines[0]?.["seed"]}: ${text}`));
  }
  assertEquals(mistakes, []);
}

labTest(
  "every state and reason of 65,535 ports is right where ICMP errors are not limited",
  (lab) => scanAll(lab, { reasons: true }),
);

// The kernel's own limit: one ICMP error per second, so "filtered" has to be found by silence.
labTest(
  "every state of 65,535 ports is right under the kernel's own limit on ICMP errors",
  (lab) => scanAll(lab, { reasons: false }),
  { icmpLimit: "kernel" },
);
