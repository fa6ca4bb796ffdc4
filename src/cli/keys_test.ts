import { assertEquals } from "@std/assert";
import { pressKeys } from "./keys.ts";

/** What these keys ask for, in order. */
function pressed(text: string): string[] {
  const asked: string[] = [];
  pressKeys(text, {
    onStatus: () => asked.push("status"),
    onVerbosity: (change) => asked.push(`verbosity ${change}`),
    onPause: () => asked.push("pause"),
    onSkip: () => asked.push("skip"),
    onRate: (change) => asked.push(`rate ${change}`),
    onQuit: () => asked.push("quit"),
    onHelp: () => asked.push("help"),
  });
  return asked;
}

Deno.test("pressKeys() does what each key says, one after the other", () => {
  assertEquals(pressed("vVps+-q?"), [
    "verbosity 1",
    "verbosity -1",
    "pause",
    "skip",
    "rate 1",
    "rate -1",
    "quit",
    "help",
  ]);
  assertEquals(pressed(" \nxµ"), Array(4).fill("status"));
  assertEquals(pressed(""), []);
});

Deno.test("pressKeys() takes a cursor or function key for one key, not for its letters", () => {
  for (const key of ["\x1b[A", "\x1bOP", "\x1b[15~", "\x1b[1;5C"]) {
    assertEquals(pressed(key), ["status"], JSON.stringify(key));
  }
});
