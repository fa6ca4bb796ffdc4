/**
 * The library as other programs use it: the banner grabber of `examples/`, and scans that their
 * caller ends early, in processes that then end by themselves.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { environment } from "./command.ts";
import { HOST_ADDRESS, type Lab } from "./lab.ts";
import { labTest } from "./lab_test_case.ts";

/** The repository, as a path. */
const REPOSITORY = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** A port of the lab's host that is closed until a server comes; one of those asked first. */
const GREETER_PORT = 21;

/** Has a server greet everybody on the lab's host while something is done. */
async function withGreeter(lab: Lab, line: string, body: () => Promise<void>): Promise<void> {
  const words = lab.host.wrap([Deno.execPath(), "run", "--quiet", "--no-lock", "--allow-net"])
    .concat(`${REPOSITORY}test/lab/greeter.ts`, HOST_ADDRESS, String(GREETER_PORT), line);
  const child = new Deno.Command(words[0]!, {
    args: words.slice(1),
    env: environment(),
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  try {
    const reader = child.stdout.getReader();
    assertEquals(new TextDecoder().decode((await reader.read()).value), "ready\n");
    await reader.cancel();
    await body();
  } finally {
    await child.stdin.close();
    await child.status;
  }
}

/** Runs a program text against the library, in the scanner's namespace. */
async function runProgram(lab: Lab, text: string): Promise<string> {
  const program = `
    import { findTargets, parsePorts, scan } from "${REPOSITORY}mod.ts";
    const targets = await findTargets(["${HOST_ADDRESS}"]);
    const options = { targets, ports: parsePorts("-"), maxRate: 1000, samples: false };
    ${text}`;
  const { code, stdout, stderr, timedOut } = await lab.run(
    [Deno.execPath(), "eval", "--quiet", `--config=${REPOSITORY}deno.json`, program],
  );
  assertEquals([code, stderr, timedOut], [0, "", false]);
  return stdout;
}

labTest("the banner grabber of the examples is fed while the scan runs", async (lab) => {
  await withGreeter(lab, "220 \x1b[2Jhello from the lab", async () => {
    const { code, stdout, stderr } = await lab.run(
      [Deno.execPath(), "run", "-A", "--quiet", `${REPOSITORY}examples/banners.ts`]
        .concat("1-22,1000-3000", HOST_ADDRESS),
    );
    assertEquals(code, 0, stderr);
    const lines = stdout.trimEnd().split("\n").sort();
    assertEquals(lines, [
      `${HOST_ADDRESS}:21 220 [2Jhello from the lab`,
      `${HOST_ADDRESS}:22 (says nothing)`,
    ]);
    // Dropped ports are asked again after a while: far longer than a greeting takes.
    assertMatch(stderr, /^[12] banners came while the scan was running$/m);
  });
});

labTest("a scan ends when its signal is raised, and its process with it", async (lab) => {
  const stdout = await runProgram(
    lab,
    `const stop = new AbortController();
    for await (const event of scan({ ...options, signal: stop.signal })) {
      if (event.type === "port") stop.abort();
      if (event.type === "target") console.log(event.type, event.undecidedBecause);
      if (event.type === "end") console.log(event.type, event.exit);
    }`,
  );
  assertEquals(stdout, "target interrupted\nend 130\n");
});

labTest(
  "a scan ends when nobody asks for its events any more, and its process with it",
  async (lab) => {
    const stdout = await runProgram(
      lab,
      `for await (const event of scan(options)) {
      if (event.type !== "port") continue;
      console.log(event.type, event.state);
      break;
    }`,
    );
    assertEquals(stdout, "port open\n");
  },
);
