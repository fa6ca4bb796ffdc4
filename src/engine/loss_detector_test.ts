import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { ScriptedFlow } from "../../test/support/scripted_flow.ts";

/** Round trip of the stories: long against the time in which they send. */
const RTT_MS = 200;

/** A flow with at least ten triggers out, in far less than a round trip. */
function tenTriggersOut(): ScriptedFlow {
  const scripted = new ScriptedFlow(RTT_MS, { timing: "fixed:1000" });
  while (scripted.triggers.length < 10) scripted.advance(1);
  assertLess(scripted.now - scripted.triggers[0]!.at, (RTT_MS * 1_000) / 2);
  return scripted;
}

Deno.test("LossDetector: trigger answers 7, 8, 9 seen and 6 missing means 6 is lost", () => {
  const scripted = tenTriggersOut();
  const { flow, triggers } = scripted;
  scripted.advance(RTT_MS);
  for (let n = 0; n <= 5; n++) scripted.answer(triggers[n]!);
  scripted.answer(triggers[7]!);
  scripted.answer(triggers[8]!);
  assertEquals(flow.stats.lost, 0);
  scripted.answer(triggers[9]!);
  assertEquals(flow.stats.lost, 1);
  // … although its time was not over.
  assertLess(scripted.now, triggers[6]!.at + flow.stats.rto);
});

Deno.test("LossDetector calls nothing lost by count once answers have come out of order", () => {
  const scripted = tenTriggersOut();
  const { flow, triggers } = scripted;
  scripted.advance(RTT_MS - 20);
  for (const n of [0, 2, 3, 4]) scripted.answer(triggers[n]!);
  assertEquals(flow.stats.lost, 1);
  scripted.answer(triggers[1]!);
  assertEquals(flow.stats.undone, 1);
  for (const n of [6, 7, 8, 9]) scripted.answer(triggers[n]!);
  assertEquals(flow.stats.lost, 1);
  // The reordering window passes: a quarter of a round trip, a half after the first mistake.
  let next = 10;
  for (let ms = 0; ms < RTT_MS / 2 + 10; ms++) {
    scripted.advance(1);
    for (; triggers[next]!.at + RTT_MS * 1_000 <= scripted.now; next++) {
      scripted.answer(triggers[next]!);
    }
  }
  assertEquals(flow.stats.lost, 2);
});

Deno.test("LossDetector reduces once per round trip, and takes it back once", () => {
  const scripted = new ScriptedFlow(RTT_MS, { timing: "reno" });
  for (let round = 0; round < 4; round++) {
    const from = scripted.triggers.length;
    scripted.advance(RTT_MS);
    for (const trigger of scripted.triggers.slice(from)) scripted.answer(trigger);
  }
  const { flow, triggers } = scripted;
  const from = triggers.length;
  const before = flow.stats.ssthresh;
  scripted.advance(RTT_MS / 2);
  const out = triggers.slice(from);
  assertGreater(out.length, 8);
  scripted.advance(RTT_MS / 2);
  for (const trigger of out.slice(2, 8)) scripted.answer(trigger);
  assertEquals([before, flow.stats.lost], [Infinity, 2]);
  const after = flow.stats.ssthresh;
  assertLess(after, Infinity);
  scripted.answer(out[0]!);
  assertEquals([flow.stats.ssthresh, flow.stats.undone], [after, 0]);
  scripted.answer(out[1]!);
  assertEquals([flow.stats.ssthresh, flow.stats.undone], [Infinity, 1]);
});

Deno.test("LossDetector adds a tail trigger so that the end of a stream is judged at once", () => {
  const ports = Uint16Array.from([1_113, 5, 6, 7]);
  const scripted = new ScriptedFlow(RTT_MS, { ports });
  scripted.advance(RTT_MS / 4);
  assertEquals([scripted.probes.length, scripted.triggers.length], [3, 1]);
  // It leaves when the pacer lets the next packet leave, not when something has timed out.
  const gap = (RTT_MS * 1_000) / 32;
  assertLess(scripted.triggers[0]!.at - scripted.probes[2]!.at, gap + 1_001);
});
