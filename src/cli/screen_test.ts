import { assertEquals } from "@std/assert";
import { FakeRuntime } from "../../test/support/fake_runtime.ts";
import { Screen } from "./screen.ts";

const ERASE = "\r\x1b[J";

/** A screen on a terminal. */
function makeScreen(): { runtime: FakeRuntime; screen: Screen } {
  const runtime = new FakeRuntime();
  runtime.isTerminal = true;
  return { runtime, screen: new Screen(runtime, { isQuiet: false, statusJson: false }) };
}

Deno.test("Screen.showStatus() draws a line over the one before, if it is another", () => {
  const { runtime, screen } = makeScreen();
  screen.showStatus("one");
  screen.showStatus("one");
  screen.showStatus("two");
  assertEquals(runtime.stderr.text, `${ERASE}one${ERASE}two`);
});

Deno.test("Screen.say() and write() remove the status line before anything else is printed", () => {
  const { runtime, screen } = makeScreen();
  screen.showStatus("x");
  screen.say("a remark");
  screen.say("another");
  assertEquals(runtime.stderr.text, `${ERASE}x${ERASE}a remark\nanother\n`);
  screen.showStatus("x");
  screen.write(runtime.stdout, { text: "", tail: "" });
  const before = runtime.stderr.text;
  screen.write(runtime.stdout, { text: "result\n", tail: "" });
  assertEquals(runtime.stderr.text, `${before}${ERASE}`);
  screen.showStatus("x");
  screen.write(runtime.openFile("f"), { text: "result\n", tail: "" });
  assertEquals(runtime.stderr.text.endsWith("x"), true, "a file is no reason");
});

Deno.test("Screen.clear() removes all rows of a line that a narrower terminal has broken", () => {
  const { runtime, screen } = makeScreen();
  screen.showStatus("\x1b[32m" + "x".repeat(70) + "\x1b[0m");
  runtime.width = 30;
  runtime.stderr.text = "";
  screen.clear();
  screen.clear();
  assertEquals(runtime.stderr.text, `\x1b[2A${ERASE}`);
});

Deno.test("Screen.showStatus() has no place but on a terminal that nobody else wants", () => {
  for (
    const [isTerminal, isQuiet, statusJson] of [
      [false, false, false],
      [true, true, false],
      [true, false, true],
    ] as const
  ) {
    const runtime = new FakeRuntime();
    runtime.isTerminal = isTerminal;
    const screen = new Screen(runtime, { isQuiet, statusJson });
    screen.showStatus("x");
    assertEquals([screen.hasStatus, runtime.stderr.text], [false, ""]);
  }
});
