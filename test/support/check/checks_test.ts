/** Every checker is quiet about what is right, and is shown to find what is wrong. */
import { assertThrows } from "@std/assert";
import type { Flow } from "engine/flow.ts";
import { PortState, Reason } from "engine/port_state.ts";
import { HOST_ADDRESS, makeScenario } from "sim/scenario.ts";
import { simScan, type SimScanResult, type SimWorker } from "sim/sim_scan.ts";
import { SECOND } from "units";
import { makeTarget } from "../events.ts";
import { BoundsCheck } from "./bounds_check.ts";
import { Breach, type Checker } from "./checker.ts";
import { ErrorCheck } from "./error_check.ts";
import { PairsCheck } from "./pairs_check.ts";
import { StrangerCheck } from "./stranger_check.ts";
import { TimeCheck } from "./time_check.ts";
import { checkTruth } from "./truth_check.ts";
import { VerdictCheck } from "./verdict_check.ts";
import { WindowCheck } from "./window_check.ts";

/** A flow of two pairs, both asked and neither known. */
function makeFlow(): Flow {
  const flow = {
    stats: {
      phase: "scan",
      cwnd: 10,
      inFlight: 10,
      probes: 2,
      triggers: 1,
      replies: 1,
    },
    outcomes: {
      state: new Uint8Array(2),
      reason: new Uint8Array(2),
      settled: 0,
      answered: 0,
      open: 0,
    },
    space: { size: 2, firstTarget: 0, portOf: (pair: number) => 80 + pair },
    whereabouts: { waiting: 1, resting: 0, unjudged: 1 },
    pollEvent: () => undefined,
  };
  return flow as unknown as Flow;
}

/** The flow after some figures have changed, as the same object. */
function change(
  flow: Flow,
  changes: Partial<Record<"stats" | "outcomes" | "whereabouts", object>>,
) {
  for (const [part, values] of Object.entries(changes)) {
    const key = part as keyof typeof changes;
    const old = flow[key as "stats"] as unknown as Record<string, unknown>;
    Object.defineProperty(flow, key, { value: { ...old, ...values }, configurable: true });
  }
}

function workerOf(flow: Flow): SimWorker {
  const link = { captured: 0, outgoing: { count: 0, lengths: new Uint16Array(64) } };
  return { runner: { flows: [flow] }, link } as unknown as SimWorker;
}

/** Asserts that a checker finds fault with the next step. */
function assertBreach(checker: Checker, flow: Flow, words: string): void {
  assertThrows(() => checker.afterStep!(workerOf(flow)), Breach, words);
}

function resultWith(changes: Partial<SimScanResult>): SimScanResult {
  return { isFinished: true, elapsed: 0, targets: [], announced: 0, ...changes } as SimScanResult;
}

Deno.test("WindowCheck finds packets beyond the window, but for one trigger", () => {
  const check = new WindowCheck();
  const flow = makeFlow();
  check.afterStep(workerOf(flow));
  change(flow, { stats: { inFlight: 12, triggers: 2 } });
  check.afterStep(workerOf(flow));
  change(flow, { stats: { cwnd: 5 } });
  check.afterStep(workerOf(flow));
  change(flow, { stats: { inFlight: 11, probes: 3, cwnd: 10 } });
  check.afterStep(workerOf(flow));
  change(flow, { stats: { inFlight: 12, probes: 4 } });
  assertBreach(check, flow, "the window is 10.00");
});

Deno.test("PairsCheck finds pairs that are nowhere, and pairs without verdict or reason", () => {
  const check = new PairsCheck();
  const flow = makeFlow();
  check.afterStep(workerOf(flow));
  change(flow, { whereabouts: { unjudged: 0 } });
  assertBreach(check, flow, "2 pairs have no verdict");
  change(flow, { whereabouts: { waiting: 2, resting: 1 } });
  assertBreach(check, flow, "2 pairs wait and 1 rest, of 2");
  const target = makeTarget([[80, PortState.UNKNOWN, Reason.NONE]]);
  assertThrows(() => check.atEnd(resultWith({ targets: [target] })), Breach, "no reason for none");
  check.atEnd(resultWith({ targets: [{ ...target, undecidedBecause: "no-answer" }] }));
});

Deno.test("VerdictCheck lets verdicts be corrected upward only, and tells everything once", () => {
  const check = new VerdictCheck();
  const flow = makeFlow();
  check.afterStep(workerOf(flow));
  const settle = (state: PortState, settled: number) => {
    flow.outcomes.state[0] = state;
    change(flow, { outcomes: { settled } });
  };
  settle(PortState.FILTERED, 1);
  check.afterStep(workerOf(flow));
  settle(PortState.OPEN, 2);
  check.afterStep(workerOf(flow));
  settle(PortState.CLOSED, 3);
  assertBreach(check, flow, "port 80: open became closed");
  const target = makeTarget([]);
  const quiet = new VerdictCheck();
  quiet.onEvent(target);
  assertThrows(() => quiet.onEvent(target), Breach, "told twice");
});

Deno.test("checkTruth() finds open taken for closed, and reasons that nobody gave", () => {
  const flow = makeFlow();
  const options = {
    truth: { isUp: () => true, stateOf: () => PortState.CLOSED },
    addressOf: () => HOST_ADDRESS,
    isRejected: () => false,
  };
  flow.outcomes.state[0] = PortState.CLOSED;
  checkTruth(flow, 0, options);
  flow.outcomes.state[0] = PortState.FILTERED;
  checkTruth(flow, 0, options);
  flow.outcomes.reason[0] = Reason.ADMIN_PROHIBITED;
  assertThrows(() => checkTruth(flow, 0, options), Breach, "was believed");
  flow.outcomes.reason[0] = Reason.SYN_ACK;
  flow.outcomes.state[0] = PortState.OPEN;
  assertThrows(() => checkTruth(flow, 0, options), Breach, "called open, and is closed");
});

Deno.test("StrangerCheck finds one answer more than there were", () => {
  const scenario = makeScenario({ open: [22], timestamp: true });
  const check = new StrangerCheck(scenario, () => HOST_ADDRESS);
  let replies = 0;
  simScan(scenario, {
    targets: scenario.targets,
    ports: Uint16Array.of(22, 23, 24),
    onStep: (worker) => {
      check.afterStep(worker);
      for (const flow of worker.runner.flows) replies = flow.stats.replies;
    },
  });
  const flow = makeFlow();
  change(flow, { stats: { replies } });
  check.afterStep(workerOf(flow));
  change(flow, { stats: { replies: 1_000 } });
  assertBreach(check, flow, "1000 answers of 192.0.2.1 were believed");
});

Deno.test("BoundsCheck finds a queue beyond its maximum", () => {
  const check = new BoundsCheck(makeScenario());
  const flow = makeFlow();
  check.afterStep(workerOf(flow));
  change(flow, { whereabouts: { unjudged: 2 ** 23 } });
  assertBreach(check, flow, "transmissions not judged: 8388608");
});

Deno.test("TimeCheck finds scans that take too long or do not end", () => {
  const check = new TimeCheck(2 * SECOND);
  const result = (seconds: number, isFinished = true) =>
    resultWith({ isFinished, elapsed: seconds * SECOND as SimScanResult["elapsed"] });
  check.atEnd(result(1));
  assertThrows(() => check.atEnd(result(3)), Breach, "took 3.0 s");
  assertThrows(() => check.atEnd(result(1, false)), Breach, "took 1.0 s");
});

Deno.test("ErrorCheck finds more wrong verdicts than were announced", () => {
  const errors = new ErrorCheck();
  const result = (missed: number, announced: number) =>
    resultWith({ announced, verdicts: { missed } as SimScanResult["verdicts"] });
  for (let i = 0; i < 100; i++) errors.add(`scan ${i}`, result(0, 0.01));
  errors.add("unlucky", result(5, 0.01));
  errors.judge();
  errors.add("wrong", result(1, 0.01));
  assertThrows(() => errors.judge(), Breach, "6 wrong");
  assertThrows(() => errors.add("many", result(20, 4)), Breach, "20 wrong");
});
