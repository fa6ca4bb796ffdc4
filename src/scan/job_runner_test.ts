import { assertEquals, assertLess, assertStringIncludes, assertThrows } from "@std/assert";
import { PortState } from "engine/port_state.ts";
import { makeScenario, type ScenarioOptions } from "sim/scenario.ts";
import { micros, MILLISECOND, SECOND } from "units";
import { formatIpv4, ipv4FromNumber } from "wire/address.ts";
import type { ScanEvent, TargetEvent } from "./event.ts";
import { makeJob } from "./job.ts";
import { failureOf, JobRunner } from "./job_runner.ts";
import { type Link, LinkError } from "./link.ts";
import type { ScanOptions } from "./options.ts";

const PORTS = Uint16Array.from({ length: 500 }, (_, i) => i + 1);

/** A runner on a virtual network, its events, and the time. */
interface Setting {
  readonly runner: JobRunner;
  readonly events: ScanEvent[];
  readonly link: Link;
  /** Steps until all is done, or virtual time is up. */
  run(limit?: number): TargetEvent[];
}

/** Makes a job of options and a network; `addresses` are hosts, by their place from the first. */
function setUp(
  network: ScenarioOptions,
  changes: Partial<ScanOptions> & { addresses?: number[] } = {},
): Setting {
  const scenario = makeScenario({ mbps: 8, open: [22], ...network });
  const { addresses = [0], ...options } = changes;
  const targets = addresses.map((place) => {
    const address = scenario.address + place;
    return { address: ipv4FromNumber(address), ip: formatIpv4(address) };
  });
  const job = makeJob({ targets, ports: PORTS, ...options }, { seed: 7, key: [1, 2] });
  const events: ScanEvent[] = [];
  const { link, simulator } = scenario;
  const emit = (event: ScanEvent) => events.push(event);
  const runner = new JobRunner(job, { link, firstPort: 61_000, epoch: 5, emit });
  const run = (limit = 100 * SECOND): TargetEvent[] => {
    simulator.run([{
      link,
      step: () => runner.step(),
      get isDone() {
        return runner.isDone;
      },
    }], micros(limit));
    return events.filter((event) => event.type === "target");
  };
  return { runner, events, link, run };
}

function countStates({ states }: TargetEvent, state: PortState): number {
  return states.filter((each) => each === state).length;
}

Deno.test("JobRunner tells what it finds the moment it finds it, and a target's end last", () => {
  const { run, events } = setUp({ dropped: [100, 101] });
  const [target] = run();
  const types = events.map(({ type }) => type);
  assertLess(types.indexOf("target-up"), types.indexOf("target"));
  assertLess(types.indexOf("port"), types.indexOf("target"));
  assertEquals(types.at(-1), "target");
  const open = events.find((event) => event.type === "port")!;
  assertEquals([open.port, open.state, open.reason], [22, "open", "syn-ack"]);
  assertEquals(countStates(target!, PortState.FILTERED), 2);
  assertEquals(countStates(target!, PortState.CLOSED), 497);
});

Deno.test("JobRunner samples a flow ten times a second at the most, or not at all", () => {
  const slow = { rttMs: 200, mbps: 0.1 };
  const { run, events } = setUp(slow);
  const [target] = run();
  const samples = events.filter((event) => event.type === "sample");
  assertLess(samples.length, target!.durationUs / (100 * MILLISECOND));
  assertLess(target!.durationUs / (200 * MILLISECOND), samples.length);
  samples.forEach((sample, i) => {
    if (i > 0) assertLess(9200, sample.elapsedUs - samples[i - 1]!.elapsedUs);
  });
  const silent = setUp(slow, { samples: false });
  silent.run();
  assertEquals(silent.events.some(({ type }) => type === "sample"), false);
});

Deno.test("JobRunner passes over a target without a route, unless it is the only one", () => {
  const alone = setUp({}, { addresses: [200] });
  const error = assertThrows(() => alone.runner.step(), LinkError);
  assertEquals(error.code, "no-route");
  const { run, events } = setUp({ hosts: 2 }, { addresses: [0, 200, 1] });
  assertEquals(run().length, 2);
  const warning = events.find((event) => event.type === "warning")!;
  assertEquals(warning.ip, "192.0.2.201");
  assertStringIncludes(warning.message, "No route to 192.0.2.201");
});

Deno.test("JobRunner gives a target up after its time, and reports what is known", () => {
  const { run } = setUp({ mbps: 0.2, rttMs: 40 }, { hostTimeoutUs: 600 * MILLISECOND });
  const [target] = run();
  assertEquals([target!.state, target!.undecidedBecause], ["up", "host-timeout"]);
  assertLess(target!.durationUs, 650 * MILLISECOND);
  assertLess(0, countStates(target!, PortState.CLOSED));
  assertLess(0, countStates(target!, PortState.UNKNOWN));
});

Deno.test("JobRunner.stop() reports what is known of every target that was begun", () => {
  const { runner, run } = setUp({ hosts: 3, mbps: 0.5 }, { addresses: [0, 1, 2] });
  run(500 * MILLISECOND);
  runner.stop();
  const targets = run();
  assertEquals(runner.isDone, true);
  assertEquals(targets.length, 3);
  for (const { undecidedBecause, state } of targets) {
    assertEquals([undecidedBecause, state], ["interrupted", "up"]);
  }
});

Deno.test("JobRunner.stop() says neither up nor down of what it was still searching", () => {
  const dead = { echo: false, open: [], rest: "dropped" } as const;
  for (const [skipSearch, state] of [[false, "unknown"], [true, "up"]] as const) {
    const { runner, run } = setUp(dead, { skipSearch });
    run(1 * SECOND);
    runner.stop();
    const [target] = run();
    assertEquals([target!.state, target!.reason], [state, skipSearch ? "user-set" : "none"]);
    assertEquals(target!.undecidedBecause, "interrupted");
  }
  const [target] = setUp(dead).run();
  assertEquals([target!.state, target!.ports.length], ["down", 0]);
});

Deno.test("JobRunner reports no ports when only a search was asked for", () => {
  const { run, runner } = setUp({}, { searchOnly: true });
  const [target] = run();
  assertEquals([target!.state, target!.ports.length, target!.states.length], ["up", 0, 0]);
  assertLess(runner.totals.sent, 8);
});

Deno.test("JobRunner holds all targets together to the rate", () => {
  const { run, runner } = setUp({ hosts: 4, mbps: 100 }, { addresses: [0, 1, 2, 3], maxRate: 500 });
  const targets = run();
  assertEquals(targets.map((target) => countStates(target, PortState.CLOSED)), [
    499,
    499,
    499,
    499,
  ]);
  const end = Math.max(...targets.map(({ startUs, durationUs }) => startUs + durationUs));
  assertLess(runner.totals.sent / (end / SECOND), 510);
});

Deno.test("failureOf() tells outside reasons from bugs", () => {
  const error = new LinkError("down", "The interface is down");
  assertEquals(failureOf(error), { code: "down", message: "The interface is down" });
  assertEquals(failureOf(new TypeError("x is not a function")).code, "bug");
  assertEquals(failureOf("odd"), { code: "bug", message: "odd" });
});
