import { PortState, Reason } from "engine/port_state.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { ScanEvent } from "scan/event.ts";
import { LinkError } from "scan/link.ts";
import {
  filteredFacts,
  makeEnd,
  makeOpen,
  makeSample,
  makeStart,
  makeTarget,
  makeUp,
} from "../../test/support/events.ts";
import { FakeRuntime } from "../../test/support/fake_runtime.ts";
import { findAll, parseXml } from "../../test/support/xml.ts";
import { main } from "./cli.ts";

/** A scan that finds what there is. */
function* goodScan(): Iterable<ScanEvent> {
  yield makeStart();
  yield makeUp();
  yield makeOpen(22);
  yield makeSample();
  yield makeTarget(filteredFacts());
  yield makeEnd();
}

/** A target with a port that nobody knows about. */
const UNDECIDED = makeTarget([[80, PortState.UNKNOWN, Reason.NONE]], {
  undecidedBecause: "interrupted",
});

/** Runs a command line in a world of its own. */
async function run(
  line: string,
  script: FakeRuntime["script"] = goodScan,
): Promise<FakeRuntime & { code: number }> {
  const runtime = new FakeRuntime();
  runtime.script = script;
  return await runIn(runtime, line);
}

/** Runs a command line in this world. */
async function runIn(runtime: FakeRuntime, line: string): Promise<FakeRuntime & { code: number }> {
  const code = await main(line.split(" ").filter(Boolean), runtime);
  assertEquals(runtime.handlerCount, 0, "handlers of signals are given back");
  return Object.assign(runtime, { code });
}

/** Types of the JSON lines in a text; fails if one is torn. */
function types(text: string): string[] {
  assertEquals(text === "" || text.endsWith("\n"), true);
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line).type);
}

Deno.test("main() scans: table to standard output, remarks to standard error", async () => {
  const { code, stdout, stderr, options, mayStartPrograms } = await run("-p 22,80 192.0.2.10");
  assertEquals([code, mayStartPrograms], [0, false]);
  assertStringIncludes(stdout.text, "PortBunny scan report for 192.0.2.10\nHost is up");
  assertEquals(stderr.text, "Starting PortBunny 1.2.3 at 2026-01-02 03:04 UTC\n");
  assertEquals(options?.targets.at(0)?.ip, "192.0.2.10");
  assertEquals(options?.args, "portbunny -p 22,80 192.0.2.10");
});

Deno.test("main() takes scan as a word, and resolves names", async () => {
  const { code, options } = await run("scan -F db.example");
  assertEquals(code, 0);
  assertEquals(options?.targets.at(0), {
    address: Uint8Array.of(192, 0, 2, 10),
    ip: "192.0.2.10",
    name: "db.example",
  });
});

Deno.test("main() says in one line what it cannot use, and scans nothing", async () => {
  const cases: [string, string][] = [
    ["-p 70000 x", 'portbunny: -p: Cannot use "70000" as a port: ports are 0 to 65535\n'],
    ["--bogus x", 'portbunny: Unknown option "--bogus": --help lists all options\n'],
    [
      "gone.example",
      'portbunny: Cannot find "gone.example": the name does not resolve ' +
      "(no such name)\n",
    ],
  ];
  for (const [line, message] of cases) {
    const { code, stdout, stderr, options } = await run(line);
    assertEquals([code, stdout.text, stderr.text, options], [1, "", message, undefined]);
  }
});

Deno.test("main() suggests a command where the first word is no name, but nearly one", async () => {
  const said = async (line: string) => (await run(line)).stderr.text;
  assertStringIncludes(await said("scna 192.0.2.10"), "; did you mean the command scan?\n");
  assertStringIncludes(await said("mrege a b"), "; did you mean the command merge?\n");
  assertEquals((await said("nowhere.example")).includes("did you mean"), false);
  assertEquals((await said("scan scna")).includes("did you mean"), false);
});

Deno.test("main() lets no control character of an argument reach the terminal", async () => {
  const { stderr } = await run("--\x1b[2J x");
  assertStringIncludes(stderr.text, 'Unknown option "--\\x1b[2J"');
});

Deno.test("main() prints completions for the shell that is named", async () => {
  assertStringIncludes((await run("completion bash")).stdout.text, "complete -F _portbunny");
  const { code, stderr } = await run("completion tcsh");
  assertEquals(code, 1);
  assertStringIncludes(stderr.text, "completion: name one shell, bash, zsh, fish");
});

Deno.test("main() prints help and version to standard output", async () => {
  assertStringIncludes((await run("--help")).stdout.text, "Usage: portbunny");
  assertEquals((await run("--version")).stdout.text, "PortBunny 1.2.3 (for tests)\n");
});

Deno.test("main() writes JSON lines to a file beside the table", async () => {
  const { code, stdout, files } = await run("-oJ out.jsonl 192.0.2.10");
  assertEquals(code, 0);
  assertStringIncludes(stdout.text, "22/tcp");
  const file = files.get("out.jsonl")!;
  assertEquals(types(file.text), ["start", "target-up", "port", "sample", "target", "end"]);
  assertEquals(file.closeCount, 1);
});

Deno.test("main() writes JSON lines to standard output instead of the table", async () => {
  const { stdout, stderr } = await run("-oJ - -v 192.0.2.10");
  assertEquals(types(stdout.text).length, 6);
  assertStringIncludes(stderr.text, "Discovered open port 22/tcp on 192.0.2.10\n");
});

Deno.test("main() writes every format at once", async () => {
  const { stdout, files } = await run(
    "-oX - -oN n -oG g -oJ j -oL l -oP p -oC c 192.0.2.10",
  );
  assertEquals(findAll(parseXml(stdout.text), "host").length, 1);
  assertEquals([...files.keys()], ["n", "g", "j", "l", "p", "c"]);
  for (const [name, { text, closeCount }] of files) {
    assertStringIncludes(text, "192.0.2.10", name);
    assertEquals(closeCount, 1, name);
  }
});

Deno.test("main() names four files after -oA", async () => {
  const { files } = await run("-oA lab 192.0.2.10");
  assertEquals([...files.keys()], ["lab.nmap", "lab.xml", "lab.gnmap", "lab.jsonl"]);
});

Deno.test("main() adds to files under --append-output: XML stays one document", async () => {
  const runtime = new FakeRuntime();
  runtime.script = goodScan;
  const line = "--append-output -oX x -oP p -oC c 192.0.2.10";
  await runIn(runtime, line);
  const { files } = await runIn(runtime, line);
  assertEquals(findAll(parseXml(files.get("x")!.text), "host").length, 2);
  assertEquals(files.get("p")!.text, "192.0.2.10:22\n".repeat(2));
  assertEquals(files.get("c")!.text.match(/^ip,port/gm)?.length, 1);
});

Deno.test("main() leaves whole XML at every moment, also when it quits at once", async () => {
  const runtime = new FakeRuntime();
  runtime.script = function* () {
    for (const event of goodScan()) {
      yield event;
      const text = runtime.files.get("x")!.text;
      if (event.type !== "start") assertEquals(parseXml(text).name, "nmaprun", event.type);
      if (event.type === "port") runtime.raise("SIGINT");
      if (event.type === "sample") runtime.raise("SIGINT");
    }
  };
  const { exitCode, stdout } = await runIn(runtime, "-oX x -oG - 192.0.2.10");
  assertEquals(exitCode, 130);
  assertStringIncludes(stdout.text, "# PortBunny 1.2.3 scan initiated");
});

Deno.test("main() tells before the scan that a file cannot be written", async () => {
  const runtime = new FakeRuntime();
  runtime.unwritable.add("bad");
  const { code, stderr, options, files } = await runIn(runtime, "-oJ good -oJ bad 192.0.2.10");
  assertEquals([code, stderr.text], [1, 'portbunny: Cannot write "bad": refused\n']);
  assertEquals(options, undefined);
  assertEquals(files.get("good")!.closeCount, 1);
});

Deno.test("main() ends the scan when the disk is full, and still prints the table", async () => {
  const runtime = new FakeRuntime();
  runtime.openFile("out").close();
  runtime.files.get("out")!.room = 300;
  runtime.script = function* () {
    yield* [makeStart(), makeUp(), makeOpen(22)];
    assertEquals(runtime.options?.signal?.aborted, true);
    yield makeTarget(filteredFacts());
    yield makeEnd();
  };
  const { code, stdout, stderr, files } = await runIn(runtime, "-oJ out 192.0.2.10");
  assertEquals(code, 1);
  assertStringIncludes(stderr.text, 'Cannot write "out": No space left on device; the scan is en');
  assertStringIncludes(stdout.text, "22/tcp");
  types(files.get("out")!.text);
});

Deno.test("main() ends quietly when nobody reads the results any more", async () => {
  const runtime = new FakeRuntime();
  Object.assign(runtime.stdout, { room: 50, isPipe: true });
  runtime.script = function* () {
    yield* [makeStart(), makeUp(), makeOpen(22), makeOpen(80)];
    assertEquals(runtime.options?.signal?.aborted, true);
    yield UNDECIDED;
    yield makeEnd();
  };
  const { code, stdout, stderr } = await runIn(runtime, "-q -v 192.0.2.10");
  assertEquals(code, 2);
  assertEquals(stdout.text, "Discovered open port 22/tcp on 192.0.2.10\n");
  assertEquals(stderr.text, "192.0.2.10 is up (echo-reply)\n");
});

Deno.test("main() returns 2 when ports are undecided or targets are missing", async () => {
  const undecided = await run("192.0.2.10", () => [makeStart(), UNDECIDED, makeEnd()]);
  assertEquals(undecided.code, 2);
  const missing = await run("-oJ - 192.0.2.10-11", () => [makeStart(), makeTarget([]), makeEnd()]);
  assertEquals(missing.code, 2);
  assertStringIncludes(missing.stdout.text, '"type":"end","exit":2');
});

Deno.test("main() returns 0 when a target is down, or only a search was asked for", async () => {
  const down = makeTarget([], { state: "down" });
  assertEquals((await run("192.0.2.10", () => [makeStart(), down, makeEnd()])).code, 0);
  const search = await run("-sn 192.0.2.10", () => [makeStart(), UNDECIDED, makeEnd()]);
  assertEquals(search.code, 0);
  assertEquals(search.stdout.text.includes("undecided"), false);
});

Deno.test("main() stops at a signal, prints what is known, and says so in its code", async () => {
  for (const [signal, expected] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    const { code, stdout, exitCode } = await run("-oJ - 192.0.2.10", function* (runtime) {
      yield makeStart();
      runtime.raise(signal);
      assertEquals(runtime.options?.signal?.aborted, true);
      yield UNDECIDED;
      yield makeEnd({ exit: 130 });
    });
    assertEquals([code, exitCode], [expected, undefined]);
    assertStringIncludes(stdout.text, `"type":"end","exit":${expected}`);
  }
});

Deno.test("main() quits at once at the second signal", async () => {
  const { exitCode } = await run("192.0.2.10", function* (runtime) {
    yield makeStart();
    runtime.raise("SIGINT");
    runtime.raise("SIGINT");
  });
  assertEquals(exitCode, 130);
});

Deno.test("main() tells why a scan could not start, and leaves old results alone", async () => {
  const { code, stdout, stderr, files } = await run("-oJ out 192.0.2.10", function* () {
    yield makeStart();
    throw new LinkError("no-rights", "Cannot open a raw socket: CAP_NET_RAW is missing");
  });
  assertEquals([code, stdout.text, files.get("out")!.text], [1, "", ""]);
  assertStringIncludes(
    stderr.text,
    "portbunny: Cannot open a raw socket: CAP_NET_RAW is missing\n",
  );
});

Deno.test("main() ends its output properly when the network breaks away", async () => {
  const { code, stdout, stderr, files } = await run("-oJ out 192.0.2.10", function* () {
    yield* [makeStart(), makeUp(), makeOpen(22), makeTarget(filteredFacts())];
    throw new LinkError("down", "The interface eth0 is down");
  });
  assertEquals(code, 1);
  assertEquals(types(files.get("out")!.text).at(-1), "end");
  assertStringIncludes(files.get("out")!.text, '"exit":1');
  assertStringIncludes(stdout.text, "22/tcp");
  assertStringIncludes(stderr.text, "portbunny: The interface eth0 is down\n");
});

Deno.test("main() says less under -q and more under -v and -d", async () => {
  const verdict = {
    type: "verdict",
    ip: "192.0.2.10",
    timeUs: 0,
    verdict: "retries",
    text: "2 % are lost",
    evidence: { silences: 4 },
  } as const;
  const warning = { type: "warning", message: "the capture lost packets" } as const;
  const script = () => [makeStart(), makeUp(), verdict, warning, makeTarget([]), makeEnd()];
  const said = async (flags: string) => (await run(`${flags} 192.0.2.10`, script)).stderr.text;
  assertEquals(await said("-q -T4"), "Warning: the capture lost packets\n");
  assertStringIncludes(await said("-T4"), "Note: -T4: no effect");
  assertStringIncludes(await said("-v"), "192.0.2.10: 2 % are lost\n");
  assertStringIncludes(await said("-d"), "192.0.2.10: 2 % are lost [silences 4]\n");
});

Deno.test("main() -sL lists targets from words and files without what is excluded", async () => {
  const runtime = new FakeRuntime();
  runtime.texts.set("list", "192.0.2.0/30 # a block\n# nothing\n\n  db.example 192.0.2.77\n");
  runtime.texts.set("not", "192.0.2.1\n");
  const line = "-sL -iL list --excludefile not --exclude 192.0.2.2,192.0.2.77 192.0.2.252/30";
  const code = await main(line.split(" "), runtime);
  assertEquals(code, 0);
  assertEquals(runtime.stdout.text.trim().split("\n"), [
    "192.0.2.0",
    "192.0.2.3",
    "192.0.2.10 db.example",
    "192.0.2.252",
    "192.0.2.253",
    "192.0.2.255",
  ]);
  assertStringIncludes(runtime.stderr.text, "1 of the addresses are this machine's own");
});

Deno.test("main() takes excluded ports away, and says if none is left", async () => {
  const { options } = await run("-p 20-25 --exclude-ports 21,24- 192.0.2.10");
  assertEquals([...options?.ports ?? []], [20, 22, 23]);
  const { code, stderr } = await run("-p 22 --exclude-ports 22 192.0.2.10");
  assertEquals([code, stderr.text.includes("No port is left to scan")], [1, true]);
});
