/**
 * All checks and tests, counted truly: format, lint, types, doc lint (each counts as one), then
 * `deno test`, whose counts come from its JUnit report. The last line is `N passed, M failed`, or
 * with `, K skipped`; it is also written to the file that `PORTBUNNY_COUNTS` names, after each
 * part, so that it survives whatever happens to the output. An ordinary user's tests run in a user
 * namespace, if the system allows that.
 */
// deno-lint-ignore-file no-console -- a tool speaks to the person who runs it
import { wayIntoLab } from "../test/lab/preflight.ts";
import { addCounts, countJunit, type Counts, formatCounts } from "./junit.ts";

/** Static checks; each counts as one test. */
const CHECKS: Record<string, string[]> = {
  "format (deno fmt --check)": ["fmt", "--check"],
  "lint (deno lint)": ["lint"],
  "types (deno check)": ["check", "."],
  "doc lint over the front doors": ["run", "-A", "--quiet", "tools/doc_lint.ts"],
  // The first bundle takes the bundler from npm; in a user namespace there is no network for that.
  "bundle (deno bundle)": ["bundle", "--quiet", "--platform=deno", "main.ts"],
};

if (import.meta.main) Deno.exit(await main());

/** Runs everything; returns the exit code. */
async function main(): Promise<number> {
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, args] of Object.entries(CHECKS)) {
    addCounts(total, await runCheck(name, args));
    keepCounts(total);
  }
  addCounts(total, await runTests());
  keepCounts(total);
  console.log(formatCounts(total));
  return total.failed > 0 ? 1 : 0;
}

/** Runs one static check; says more only if it fails. */
async function runCheck(name: string, args: string[]): Promise<Counts> {
  const output = await new Deno.Command(Deno.execPath(), { args, stdin: "null" }).output();
  if (!output.success) {
    Deno.stdout.writeSync(output.stdout);
    Deno.stderr.writeSync(output.stderr);
  }
  console.log(`${output.success ? "ok" : "FAILED"}: ${name}`);
  return { passed: Number(output.success), failed: Number(!output.success), skipped: 0 };
}

/** Runs `deno test`, one file after the other: lab tests must not meet each other. */
async function runTests(): Promise<Counts> {
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    // Types have been checked above.
    const words = [Deno.execPath(), "test", "-A", "--no-check", `--junit-path=${report}`];
    const [program, ...args] = [...wayIntoLab() ?? [], ...words];
    const child = new Deno.Command(program!, { args, stdin: "null" }).spawn();
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

/** Writes the counts so far to the file that the environment names, if it names one. */
function keepCounts(counts: Counts): void {
  const path = Deno.env.get("PORTBUNNY_COUNTS");
  if (path !== undefined) Deno.writeTextFileSync(path, `${formatCounts(counts)}\n`);
}
