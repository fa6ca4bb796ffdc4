/** The engine's rules on a network of rules: right answers at 0, 1 and 5 % loss, and no hanging. */
import { assert } from "assertion";
import { assertEquals, assertGreater, assertLess, assertLessOrEqual } from "@std/assert";
import type { FlowEnd, FlowEvent } from "engine/event.ts";
import { PortState, Reason } from "engine/port_state.ts";
import { micros, SECOND } from "units";
import { type Run, runFlow } from "../support/flow_harness.ts";

/** Seeds per loss rate. */
const SEEDS = 200;

/** A host with every kind of port. */
function mixedRule(port: number) {
  if (port % 97 === 22) return "open";
  if (port % 7 === 0) return "dropped";
  if (port % 31 === 5) return "prohibited";
  return "closed";
}

function endOf(run: Run): FlowEnd | undefined {
  const last = run.events.at(-1);
  return last?.type === "finished" ? last.end : undefined;
}

function countStates(run: Run): number[] {
  const counts = [0, 0, 0, 0, 0];
  run.flow.outcomes.state.forEach((state) => counts[state]!++);
  return counts;
}

function has(run: Run, type: FlowEvent["type"]): boolean {
  return run.events.some((event) => event.type === type);
}

Deno.test("Flow finds a quiet filtered host in two tries per silent port", () => {
  const run = runFlow({});
  assertEquals(endOf(run), "complete");
  assertEquals(countStates(run), [0, 1, 1, 998, 0]);
  assertLessOrEqual(run.flow.stats.probes, 2_000);
});

Deno.test("Flow asks every answering port once when nothing is lost", () => {
  const ports = Array.from({ length: 20_000 }, (_, i) => i + 1);
  const run = runFlow({ ports, rule: (port) => port === 22 ? "open" : "closed" });
  assertEquals(countStates(run), [0, 1, 19_999, 0, 0]);
  const { probes, triggers } = run.flow.stats;
  assertLess((probes + triggers) / ports.length, 1.05);
});

for (const loss of [0, 0.01, 0.05]) {
  Deno.test(`Flow is right within the announced error at ${loss * 100} % loss each way`, () => {
    let announced = 0;
    let wrong = 0;
    const ports = Array.from({ length: 400 }, (_, i) => i + 1);
    for (let seed = 1; seed <= SEEDS; seed++) {
      const run = runFlow({ seed, ports, rule: mixedRule, loss });
      assertEquals(endOf(run), "complete", `seed ${seed}`);
      announced += run.flow.stats.residualError;
      wrong += countWrong(run, ports, seed);
    }
    assertLessOrEqual(wrong, announced + 4 * Math.sqrt(announced));
  });
}

/** Wrong "filtered" verdicts; any confusion of open and closed fails at once. */
function countWrong(run: Run, ports: number[], seed: number): number {
  let wrong = 0;
  ports.forEach((port, pair) => {
    const rule = mixedRule(port);
    const state = run.flow.outcomes.state[pair];
    if (state === PortState.OPEN) assertEquals(rule, "open", `seed ${seed}, port ${port}`);
    else if (state === PortState.CLOSED) assertEquals(rule, "closed", `seed ${seed}, port ${port}`);
    else if (state === PortState.FILTERED && (rule === "open" || rule === "closed")) wrong++;
    else assertEquals(state, PortState.FILTERED, `seed ${seed}, port ${port} is undecided`);
  });
  return wrong;
}

Deno.test("Flow takes the reason from an ICMP error", () => {
  const run = runFlow({ ports: [1, 2, 22], rule: (port) => port === 22 ? "open" : "prohibited" });
  assertEquals(run.flow.outcomes.reason[0], Reason.ADMIN_PROHIBITED);
});

Deno.test("Flow calls a host that answers nothing down, after a dozen packets", () => {
  const run = runFlow({ rule: () => "dropped", echo: false });
  assertEquals(endOf(run), "down");
  assertLessOrEqual(run.flow.stats.probes + run.flow.stats.triggers, 12);
});

Deno.test("Flow concludes nothing from a silent host under -Pn", () => {
  const run = runFlow({ rule: () => "dropped", echo: false }, { skipSearch: true });
  assertEquals(endOf(run), "no-answer");
  assertEquals(countStates(run), [1_000, 0, 0, 0, 0]);
});

Deno.test("Flow says that verdicts rest on echo when no TCP trigger was found", () => {
  const run = runFlow({ rule: () => "dropped" });
  assertEquals(countStates(run), [0, 0, 0, 1_000, 0]);
  assert(run.flow.stats.assumesEcho);
  assert(Number.isNaN(run.flow.stats.residualError));
});

Deno.test("Flow concludes nothing once the target has stopped answering", () => {
  const ports = Array.from({ length: 60_000 }, (_, i) => i + 1);
  const run = runFlow({ ports, rttMs: 60, rate: 12_000, queue: 40, silentAfter: 3 * SECOND });
  assertEquals(endOf(run), "stopped-answering");
  assert(has(run, "stalled"));
  assertEquals(countStates(run)[PortState.FILTERED], 0);
});

Deno.test("Flow does not fill the queue for good: loss by us stays below one per cent", () => {
  const ports = Array.from({ length: 30_000 }, (_, i) => i + 1);
  const run = runFlow({ ports, rttMs: 60, rate: 12_000, queue: 50 });
  assertEquals(countStates(run), [0, 1, 1, 29_998, 0]);
  assertLess(run.overflowed / run.flow.stats.probes, 0.02);
});

Deno.test("Flow scans many targets for few ports as one wide flow", () => {
  const run = runFlow({
    targetCount: 500,
    ports: [80, 22],
    rule: (port, target) => target % 5 !== 0 ? "dropped" : port === 80 ? "open" : "closed",
    loss: 0.01,
  });
  assertEquals(endOf(run), "complete");
  const [unknown, open, closed] = countStates(run);
  assertEquals([unknown, open, closed], [0, 100, 100]);
});

Deno.test("Flow keeps to the rate that the user allows", () => {
  const run = runFlow({}, { maxRate: 1_000 });
  const { probes, triggers } = run.flow.stats;
  assertLessOrEqual((probes + triggers) / (run.elapsed / SECOND), 1_050);
});

Deno.test("Flow under one source port spaces the tries of a pair", () => {
  const localPorts = { probeFirst: 53, probeCount: 1, triggerFirst: 53, triggerCount: 1 };
  const run = runFlow({ rule: (port) => port === 113 ? "closed" : "dropped" }, { localPorts });
  assertEquals(countStates(run), [0, 0, 1, 999, 0]);
  assertGreater(run.elapsed, 600_000);
});

Deno.test("Flow gives up when told to and keeps what is known", () => {
  const run = runFlow({ ports: [22, 113, 5], rule: (port) => port === 22 ? "open" : "dropped" });
  run.flow.giveUp();
  assertEquals(run.flow.pollTimeout(micros(0)), Infinity);
  assertEquals(run.flow.outcomes.open, 1);
});
