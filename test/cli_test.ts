/**
 * The program as a user runs it, as far as it comes without sending a packet: help, version, and
 * what bad input gets. What takes a network is in `lab/`.
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { VERSION } from "version";
import { PACKAGING_NAMES } from "cli/packaging.ts";
import { type CommandOptions, type CommandResult, runCommand } from "./lab/command.ts";
import { type ProgramKind, programKinds } from "./support/program_kinds.ts";

/** A target that is never asked: nothing here gets so far. If it did, it would stay inside. */
const TARGET = "127.0.0.1";

/** What every kind of the program does. */
type Body = (program: Program) => Promise<void>;

/** The program, packed in one of its ways. */
class Program {
  readonly kind: ProgramKind;

  constructor(kind: ProgramKind) {
    this.kind = kind;
  }

  /** Runs it. */
  run(args: string[], options: CommandOptions = {}): Promise<CommandResult> {
    return runCommand(this.kind.start(args), options);
  }

  /** Asserts that a command line is refused with these words, in one line, on standard error. */
  async assertRefused(args: string[], message: string): Promise<void> {
    const { code, stdout, stderr } = await this.run(args);
    assertStringIncludes(stderr, message);
    assertEquals([code, stdout, stderr.trimEnd().split("\n").length], [1, "", 1], stderr);
  }
}

const programs = (await programKinds()).map((kind) => new Program(kind));

/** Registers a test for each kind that could be built here. */
function test(name: string, body: Body): void {
  for (const program of programs) {
    Deno.test(`${name} (${PACKAGING_NAMES[program.kind.packaging]})`, () => body(program));
  }
}

test("portbunny --help shows the options with examples", async (program) => {
  const { code, stdout, stderr } = await program.run(["--help"]);
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /Usage: portbunny/);
  assertMatch(stdout, /--max-rate/);
  assertMatch(stdout, /EXAMPLES/);
});

test("portbunny --version shows the version and the kind", async (program) => {
  const { code, stdout } = await program.run(["--version"]);
  const kind = PACKAGING_NAMES[program.kind.packaging];
  assertEquals(code, 0);
  assertEquals(stdout.startsWith(`PortBunny ${VERSION} (${kind}, Deno `), true, stdout);
});

test("portbunny refuses ports that do not exist, and says which do", async (program) => {
  await program.assertRefused(
    ["-p", "70000", TARGET],
    '-p: Cannot use "70000" as a port: ports are 0 to',
  );
  await program.assertRefused(["-p", "", TARGET], '-p: Cannot use "" as a port list: it is empty');
  await program.assertRefused(
    ["-p90-80", TARGET],
    '-p: Cannot use "90-80" as a port range: it is empty',
  );
});

test("portbunny refuses targets that do not exist", async (program) => {
  await program.assertRefused(["10.0.0.300"], 'Cannot use "10.0.0.300" as a target');
  await program.assertRefused([], "No target given");
});

test("portbunny refuses flags that it does not have, with a hint", async (program) => {
  await program.assertRefused(["--max-rat", "5", TARGET], "did you mean --max-rate?");
  await program.assertRefused(["-sU", TARGET], "nmap(-sU): unsupported: ");
  await program.assertRefused(
    ["--max-rate", "fast", TARGET],
    '--max-rate: Cannot use "fast": give packets',
  );
});

test("portbunny says before it starts that an output file cannot be written", async (program) => {
  await program.assertRefused(
    ["-oJ", "/nowhere/x.jsonl", TARGET],
    'Cannot write "/nowhere/x.jsonl": No ',
  );
  await program.assertRefused(["-oJ", "/", TARGET], 'Cannot write "/": Is a directory');
});

test("portbunny takes relative file names as the caller's", async (program) => {
  const options = { env: { INIT_CWD: "/nowhere/else" } };
  const { code, stderr } = await program.run(["-oJ", "nowhere/x.jsonl", TARGET], options);
  assertEquals(code, 1);
  // Only from source is it a task, which does not run where it was called.
  const folder = program.kind.packaging === "source" ? "/nowhere/else/" : "";
  assertStringIncludes(stderr, `Cannot write "${folder}nowhere/x.jsonl"`);
});
