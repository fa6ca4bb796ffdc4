import { assertEquals, assertThrows } from "@std/assert";
import type { PortPlan } from "./ports.ts";
import { findMistakes, parseLines, type TargetLine, targetLine } from "./results.ts";

const PLAN: PortPlan = { open: [22], dropped: [[23, 24]], reset: [], prohibited: [[25, 25]] };

const RIGHT: TargetLine = {
  type: "target",
  ip: "198.51.100.2",
  state: "up",
  states: { open: "22", filtered: "23-25", closed: "1-21,26-65535" },
  reasons: {
    open: { "syn-ack": "22" },
    filtered: { "no-response": "23-24", "admin-prohibited": "25" },
    closed: { reset: "1-21,26-65535" },
  },
  "duration_us": 1,
};

Deno.test("findMistakes() has nothing to say about the truth", () => {
  assertEquals(findMistakes(RIGHT, PLAN, { reasons: true }), []);
  assertEquals(findMistakes(RIGHT, PLAN, { reasons: false }), []);
});

Deno.test("findMistakes() tells wrong states, wrong reasons, missing and repeated ports", () => {
  const states = { open: "22,24", filtered: "23-25", closed: "1-21,28-65535" };
  assertEquals(findMistakes({ ...RIGHT, states }, PLAN, { reasons: false }), [
    "open and filtered instead of filtered: 24",
    "nothing instead of closed: 26-27",
  ]);
  const reasons = { ...RIGHT.reasons, filtered: { "no-response": "23-25" } };
  assertEquals(findMistakes({ ...RIGHT, reasons }, PLAN, { reasons: true }), [
    "filtered (no-response) instead of filtered (admin-prohibited): 25",
  ]);
  assertEquals(findMistakes(undefined, PLAN, { reasons: true }), [
    "the target was not reported as up",
  ]);
});

Deno.test("parseLines() reads whole lines and refuses half ones", () => {
  const lines = parseLines('{"type":"start"}\n{"type":"target","state":"up"}\n');
  assertEquals(targetLine(lines)?.state, "up");
  assertThrows(() => parseLines('{"type":"sta'), SyntaxError);
});
