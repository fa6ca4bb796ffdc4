/**
 * What a user may meet in the middle of a scan, on real packets: signals, readers that go away,
 * full disks, missing rights, interfaces that are wrong or go down. Each has to end cleanly, with
 * what is known printed and nothing half-written.
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type CommandOptions, type CommandResult, end } from "./command.ts";
import { HOST_ADDRESS, type Lab, portbunny, SCANNER_INTERFACE } from "./lab.ts";
import { labTest } from "./lab_test_case.ts";
import { parseLines } from "./results.ts";

/** Slow enough that a scan of all ports is never over before the test has done its part. */
const SLOW = ["-p-", "--max-rate", "1000", HOST_ADDRESS];

/** Waits until a file has text in it. */
async function untilWritten(path: string): Promise<void> {
  while ((await Deno.stat(path)).size === 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Runs a slow scan into a file, and does something to it as soon as lines have come. */
async function disturb(
  lab: Lab,
  whileRunning: (child: Deno.ChildProcess) => void | Promise<void>,
): Promise<CommandResult & { lines: ReturnType<typeof parseLines> }> {
  const path = await Deno.makeTempFile();
  try {
    const result = await lab.scan(["-oJ", path, ...SLOW], {
      async whileRunning(child) {
        await untilWritten(path);
        await whileRunning(child);
      },
    });
    const text = await Deno.readTextFile(path);
    assertEquals(text.endsWith("\n"), true, "no line is torn");
    return { ...result, lines: parseLines(text) };
  } finally {
    await Deno.remove(path);
  }
}

/** Runs a shell line with the program's words as its arguments. */
function shell(lab: Lab, line: string, args: string[]): Promise<CommandResult> {
  const options: CommandOptions = { timeoutMs: 30_000 };
  return lab.run(["bash", "-c", line, "bash", ...portbunny(args)], options);
}

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  labTest(`${signal} ends a scan with code ${code} and prints what is known`, async (lab) => {
    const result = await disturb(lab, (child) => end(child, signal));
    assertEquals([result.code, result.timedOut], [code, false], result.stderr);
    assertStringIncludes(result.stdout, `PortBunny scan report for ${HOST_ADDRESS}`);
    assertMatch(result.stdout, /Interrupted: .* ports undecided/);
    assertEquals(result.lines.at(-1)?.["exit"], code);
  });
}

labTest("a reader that goes away ends the scan quietly", async (lab) => {
  const { code, stdout, stderr } = await shell(
    lab,
    'set -o pipefail; "$@" | head -1',
    ["-q", "-oJ", "-", ...SLOW],
  );
  assertEquals([code, stderr], [2, ""]);
  assertEquals(parseLines(stdout).map(({ type }) => type), ["start"]);
});

labTest("a full disk ends the scan with a message, and the table is printed", async (lab) => {
  const { code, stdout, stderr } = await lab.scan(["-oJ", "/dev/full", ...SLOW]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, 'Cannot write "/dev/full": No space left on device');
  assertStringIncludes(stdout, `PortBunny scan report for ${HOST_ADDRESS}`);
});

labTest("a full disk behind standard output is told, too", async (lab) => {
  const { code, stderr } = await shell(lab, '"$@" >/dev/full', ["-p", "1-100", HOST_ADDRESS]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "Cannot write standard output: No space left on device");
});

labTest("a file system that fills up in mid-scan keeps whole lines", async (lab) => {
  const folder = await Deno.makeTempDir();
  try {
    const script = `mount -t tmpfs -o size=8k none ${folder}
      "$@"; code=$?; cat ${folder}/out; exit $code`;
    const args = ["-q", "-oJ", `${folder}/out`, "-p-", "--max-rate", "20000", HOST_ADDRESS];
    const { code, stdout, stderr } = await lab.run(
      ["unshare", "--mount", "bash", "-c", script, "bash", ...portbunny(args)],
    );
    assertEquals(code, 1, stderr);
    assertStringIncludes(stderr, "No space left on device");
    const [, json = ""] = /^(?:[^{].*\n|\n)*((?:\{.*\n)+)$/.exec(stdout) ?? [];
    assertEquals(parseLines(json)[0]?.type, "start");
  } finally {
    await Deno.remove(folder);
  }
});

labTest("without rights the message says what is missing and how to get it", async (lab) => {
  const { code, stdout, stderr } = await lab.run([
    "setpriv",
    "--bounding-set=-net_raw",
    "--inh-caps=-net_raw",
    ...portbunny(["-p", "80", HOST_ADDRESS]),
  ]);
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^portbunny: .*CAP_NET_RAW/m);
});

labTest("an interface that does not exist is named", async (lab) => {
  const { code, stderr } = await lab.scan(["-e", "nosuch0", "-p", "80", HOST_ADDRESS]);
  assertEquals(code, 1);
  assertMatch(stderr, /^portbunny: .*nosuch0/m);
});

labTest("a target without a route is named", async (lab) => {
  const { code, stderr } = await lab.scan(["-p", "80", "203.0.113.1"]);
  assertEquals(code, 1);
  assertMatch(stderr, /^portbunny: .*203\.0\.113\.1/m);
});

labTest("a name that does not resolve is named", async (lab) => {
  const { code, stderr } = await lab.scan(["-p", "80", "gone.invalid"]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, 'Cannot find "gone.invalid": the name does not resolve');
});

labTest("an interface that goes down in mid-scan ends it with a message", async (lab) => {
  const result = await disturb(lab, () => {
    lab.scanner.ip(`link set ${SCANNER_INTERFACE} down`);
  });
  assertEquals(result.timedOut, false);
  assertEquals(result.code, 1, result.stderr);
  assertMatch(result.stderr, /^portbunny: .*(scan0|down)/m);
  assertEquals(result.lines.at(-1)?.type, "end");
});
