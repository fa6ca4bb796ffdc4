import { PortState, Reason } from "engine/port_state.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { ScanControl } from "scan/control.ts";
import type { ScanEvent } from "scan/event.ts";
import { makeEnd, makeOpen, makeSample, makeStart, makeTarget } from "../../test/support/events.ts";
import { FakeRuntime } from "../../test/support/fake_runtime.ts";
import { main } from "./cli.ts";

/** What is done between the first sample of a scan and its end. */
type During = (runtime: FakeRuntime, control: ScanControl) => void;

/** Runs a scan in a world, in the middle of which something is done. */
async function runWith(runtime: FakeRuntime, line: string, during: During): Promise<number> {
  runtime.script = function* (): Iterable<ScanEvent> {
    yield makeStart();
    yield makeSample();
    during(runtime, runtime.options!.control!);
    yield makeTarget([[22, PortState.OPEN, Reason.SYN_ACK]]);
    yield makeEnd();
  };
  const code = await main(line.split(" "), runtime);
  assertEquals(runtime.handlerCount, 0, "handlers and timers are given back");
  return code;
}

/** A world with a terminal; `keys` are pressed in it. */
function terminal(keys = ""): FakeRuntime {
  return Object.assign(new FakeRuntime(), { isTerminal: true, keys });
}

/** What is said on standard error while something is done, without the status line. */
async function said(line: string, during: During, runtime = new FakeRuntime()): Promise<string[]> {
  await runWith(runtime, line, (world, control) => {
    world.stderr.text = "";
    during(world, control);
  });
  // deno-lint-ignore no-control-regex -- the sequence that erases the status line
  return runtime.stderr.text.replaceAll(/\r\x1b\[J[^\n\r]*(?=\r)/g, "").replaceAll("\r\x1b[J", "")
    .split("\n").slice(0, -1);
}

/** Presses keys in the middle of a scan; returns what is said. */
function press(keys: string, during: During = () => {}): Promise<string[]> {
  const world = terminal();
  return said("192.0.2.10", (runtime, control) => {
    runtime.keys = keys;
    runtime.pass(100);
    during(runtime, control);
  }, world);
}

Deno.test("Monitor draws a status line ten times a second, and removes it at the end", async () => {
  const runtime = terminal();
  await runWith(runtime, "192.0.2.10", () => runtime.pass(1_000));
  const frames = runtime.stderr.text.split("\r\x1b[J").filter((text) => text.includes("50.0%"));
  assertEquals(frames.length, 1, "a line that stays the same is drawn once");
  assertStringIncludes(frames[0]!, "0:00:12 left  3 open  30,000/s  0.10% lost");
  assertEquals(runtime.stderr.text.endsWith("\r\x1b[J"), true);
});

Deno.test("Monitor draws at once when the terminal changes its size, in colours", async () => {
  const runtime = Object.assign(terminal(), { hasColors: true });
  await runWith(runtime, "192.0.2.10", () => {
    runtime.pass(100);
    runtime.width = 40;
    runtime.raise("SIGWINCH");
    assertStringIncludes(runtime.stderr.text, "\x1b[32m━");
    const [, last = ""] = runtime.stderr.text.split("\x1b[1A\r\x1b[J");
    assertStringIncludes(last, "50.0%");
  });
});

Deno.test("Monitor says without a terminal how far the scan is, rarer and rarer", async () => {
  const times: number[] = [];
  await said("192.0.2.10", (runtime) => {
    for (let second = 1; second <= 3_600; second++) {
      const before = runtime.stderr.text.length;
      runtime.pass(1_000);
      if (runtime.stderr.text.length > before) times.push(second);
    }
  });
  assertEquals(times, [10, 30, 70, 150, 310, 630, 1230, 1830, 2430, 3030]);
});

Deno.test("Monitor says it as often as --stats-every has it, also on a terminal", async () => {
  for (const runtime of [new FakeRuntime(), terminal()]) {
    const lines = await said("--stats-every 2s 192.0.2.10", () => runtime.pass(5_000), runtime);
    assertEquals(lines.filter((line) => line.startsWith("Stats: ")).length, 2);
  }
});

Deno.test("Monitor says nothing under -q, unless --stats-every wants it", async () => {
  assertEquals(await said("-q 192.0.2.10", (runtime) => runtime.pass(60_000)), []);
  const lines = await said("-q --stats-every 30s 192.0.2.10", (runtime) => runtime.pass(60_000));
  assertEquals(lines.length, 6);
});

Deno.test("Monitor writes the status for programs every second, and at the end", async () => {
  const runtime = terminal();
  const lines = await said("--status-json 192.0.2.10", () => runtime.pass(3_500), runtime);
  const states = lines.map((line) => JSON.parse(line)).map(({ type, state }) => `${type} ${state}`);
  assertEquals(states, [...Array(3).fill("status running"), "status done"]);
});

Deno.test("Monitor shows the status at any key, and help at the question mark", async () => {
  assertStringIncludes((await press(" "))[0]!, "Stats: 0:00:00 elapsed; 0 hosts completed");
  assertStringIncludes((await press("?"))[0]!, "Keys: v/V");
});

Deno.test("Monitor pauses and goes on at p", async () => {
  const lines = await press("p", (runtime, control) => {
    assertEquals(control.isPaused, true);
    runtime.keys = "p";
    runtime.pass(100);
    assertEquals(control.isPaused, false);
  });
  assertEquals(lines, ["Paused; p goes on", "Going on"]);
});

Deno.test("Monitor skips the target that has taken longest at s", async () => {
  const lines = await press("s", (_, control) => {
    assertEquals([control.skips, control.skipped], [1, Uint8Array.of(192, 0, 2, 10)]);
  });
  assertEquals(lines, ["Skipping 192.0.2.10, which was 50.0% done"]);
});

Deno.test("Monitor lowers and raises the cap at - and +", async () => {
  const lines = await press("+--+", (_, control) => assertEquals(control.maxRate, 24_000));
  assertEquals(lines, [
    "The rate is not capped: the path decides (- lowers it)",
    "At most 24,000 packets per second from now on",
    "At most 19,200 packets per second from now on",
    "At most 24,000 packets per second from now on",
  ]);
});

Deno.test("Monitor says more and less at v and V, and the table follows", async () => {
  const runtime = terminal();
  await runWith(runtime, "192.0.2.10", () => {
    runtime.keys = "vvV";
    runtime.pass(100);
  });
  assertStringIncludes(runtime.stderr.text, "Verbosity is now 2\nVerbosity is now 1\n");

  const talkative = terminal();
  talkative.script = function* () {
    yield* [makeStart(), makeOpen(22), makeOpen(80)];
    talkative.keys = "v";
    talkative.pass(100);
    yield* [makeOpen(443), makeTarget([]), makeEnd()];
  };
  await main(["192.0.2.10"], talkative);
  const ports = talkative.stdout.text.match(/(?<=Discovered open port )\d+/g);
  assertEquals(ports, ["22", "443"]);
});

Deno.test("Monitor ends the scan at q as Ctrl-C does, and at once at the second", async () => {
  const runtime = terminal();
  const code = await runWith(runtime, "192.0.2.10", () => {
    runtime.keys = "q";
    runtime.pass(100);
    assertEquals([runtime.options!.signal!.aborted, runtime.exitCode], [true, undefined]);
    runtime.keys = "q";
    runtime.pass(100);
  });
  assertEquals([code, runtime.exitCode], [130, 130]);
});

Deno.test("Monitor gives the terminal back at every end", async () => {
  const usual = terminal();
  await runWith(usual, "192.0.2.10", () => {});
  assertEquals(usual.deeds, ["open", "close"]);
  const quit = terminal();
  await runWith(quit, "192.0.2.10", () => quit.raise("SIGQUIT"));
  assertEquals([quit.exitCode, quit.deeds[1]], [131, "close"]);
  const suspended = terminal();
  await runWith(suspended, "192.0.2.10", () => suspended.raise("SIGTSTP"));
  assertEquals(suspended.deeds, ["open", "release", "suspend", "close"]);
});

Deno.test("Monitor leaves the keyboard alone where it is not its own", async () => {
  for (const line of ["-q 192.0.2.10", "--noninteractive 192.0.2.10", "-iL - 192.0.2.10"]) {
    const runtime = terminal();
    await runWith(runtime, line, () => {});
    assertEquals(runtime.deeds, [], line);
  }
  const piped = Object.assign(new FakeRuntime(), { keys: "" });
  await runWith(piped, "192.0.2.10", () => {});
  assertEquals(piped.deeds, []);
});
