// deno-lint-ignore-file no-console -- a program: its output is its purpose
/**
 * All tests, counted truly: the static checks (format, lint, types) and `deno test`, whose counts
 * come from its JUnit report. The last line is `N passed, M failed, K skipped`.
 */

/** What a run came to. */
interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Static checks; each counts as one test. */
const CHECKS: Record<string, string[]> = {
  "format": ["fmt", "--check"],
  "lint": ["lint"],
  "types": ["check", "."],
};

/** Reads the counts out of a JUnit report. */
export function countJunit(xml: string): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const match of xml.matchAll(/<testcase\b[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const body = match[1] ?? "";
    if (/<(failure|error)\b/.test(body)) counts.failed++;
    else if (/<skipped\b/.test(body)) counts.skipped++;
    else counts.passed++;
  }
  return counts;
}

async function runDeno(args: string[]): Promise<boolean> {
  const command = new Deno.Command(Deno.execPath(), { args, stdin: "null" });
  return (await command.output().then(passOn)).success;
}

function passOn(output: Deno.CommandOutput): Deno.CommandOutput {
  if (!output.success) {
    Deno.stdout.writeSync(output.stdout);
    Deno.stderr.writeSync(output.stderr);
  }
  return output;
}

async function runTests(): Promise<Counts> {
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const args = ["test", "-A", `--junit-path=${report}`];
    const child = new Deno.Command(Deno.execPath(), { args, stdin: "null" }).spawn();
    const { success } = await child.status;
    const counts = countJunit(await Deno.readTextFile(report));
    // A runner that fails without a failed test (a module that does not load) is a failure too.
    if (!success && counts.failed === 0) counts.failed = 1;
    if (counts.passed + counts.failed === 0) counts.failed = 1;
    return counts;
  } finally {
    await Deno.remove(report);
  }
}

if (import.meta.main) {
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, args] of Object.entries(CHECKS)) {
    const ok = await runDeno(args);
    console.log(`${ok ? "ok" : "FAILED"}: ${name}`);
    if (ok) total.passed++;
    else total.failed++;
  }
  const counts = await runTests();
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  Deno.exit(total.failed > 0 ? 1 : 0);
}
