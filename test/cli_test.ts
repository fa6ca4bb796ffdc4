/**
 * The program as a user runs it, as far as it comes without sending a packet: help, version, and
 * what bad input gets. What takes a network is in `lab/`.
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { VERSION } from "version";
import { type CommandOptions, type CommandResult, runCommand } from "./lab/command.ts";
import { portbunny } from "./lab/lab.ts";

/** A target that is never asked: nothing here gets so far. If it did, it would stay inside. */
const TARGET = "127.0.0.1";

/** Runs the program. */
function run(args: string[], options: CommandOptions = {}): Promise<CommandResult> {
  return runCommand(portbunny(args), options);
}

/** Asserts that a command line is refused with these words, in one line, on standard error. */
async function assertRefused(args: string[], message: string): Promise<void> {
  const { code, stdout, stderr } = await run(args);
  assertStringIncludes(stderr, message);
  assertEquals([code, stdout, stderr.trimEnd().split("\n").length], [1, "", 1], stderr);
}

Deno.test("portbunny --help shows the options with examples", async () => {
  const { code, stdout, stderr } = await run(["--help"]);
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /Usage: portbunny/);
  assertMatch(stdout, /--max-rate/);
  assertMatch(stdout, /EXAMPLES/);
});

Deno.test("portbunny --version shows the version", async () => {
  const { code, stdout } = await run(["--version"]);
  assertEquals([code, stdout], [0, `PortBunny ${VERSION}\n`]);
});

Deno.test("portbunny refuses ports that do not exist, and says which do", async () => {
  await assertRefused(["-p", "70000", TARGET], '-p: Cannot use "70000" as a port: ports are 0 to');
  await assertRefused(["-p", "", TARGET], '-p: Cannot use "" as a port list: it is empty');
  await assertRefused(["-p90-80", TARGET], '-p: Cannot use "90-80" as a port range: it is empty');
});

Deno.test("portbunny refuses targets that do not exist", async () => {
  await assertRefused(["10.0.0.300"], 'Cannot use "10.0.0.300" as a target');
  await assertRefused([], "No target given");
});

Deno.test("portbunny refuses flags that it does not have, with a hint", async () => {
  await assertRefused(["--max-rat", "5", TARGET], "did you mean --max-rate?");
  await assertRefused(["-sU", TARGET], "nmap(-sU): unsupported: ");
  await assertRefused(
    ["--max-rate", "fast", TARGET],
    '--max-rate: Cannot use "fast": give packets',
  );
});

Deno.test("portbunny says before it starts that an output file cannot be written", async () => {
  await assertRefused(["-oJ", "/nowhere/x.jsonl", TARGET], 'Cannot write "/nowhere/x.jsonl": No ');
  await assertRefused(["-oJ", "/", TARGET], 'Cannot write "/": Is a directory');
});

Deno.test("portbunny takes relative file names as the caller's", async () => {
  const options = { env: { INIT_CWD: "/nowhere/else" } };
  const { code, stderr } = await run(["-oJ", "x.jsonl", TARGET], options);
  assertEquals(code, 1);
  assertStringIncludes(stderr, 'Cannot write "/nowhere/else/x.jsonl"');
});
