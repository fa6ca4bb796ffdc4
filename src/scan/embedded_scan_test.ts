import { assertEquals, assertThrows } from "@std/assert";
import { makeScenario, type Scenario } from "sim/scenario.ts";
import { micros, NEVER, SECOND } from "units";
import { EmbeddedScan } from "./embedded_scan.ts";
import type { ScanEvent } from "./event.ts";

/** A scan over a scenario's link, and what it tells. */
function embed(scenario: Scenario): { scan: EmbeddedScan; events: ScanEvent[] } {
  const events: ScanEvent[] = [];
  const scan = new EmbeddedScan({
    scan: {
      targets: scenario.targets,
      ports: Uint16Array.from({ length: 100 }, (_, i) => i + 1),
      samples: false,
      args: "embedded",
    },
    link: scenario.link,
    firstPort: 61_000,
    epoch: 5 * SECOND,
    seed: 3,
    key: [1, 2],
    emit: (event) => events.push(event),
  });
  return { scan, events };
}

/** Steps a scan so many times. */
function run(scan: EmbeddedScan, { link }: Scenario, steps: number): void {
  for (let step = 0; step < steps; step++) link.wait(scan.step());
}

Deno.test("EmbeddedScan.step() scans over the caller's link and says when to come back", () => {
  const scenario = makeScenario({ open: [22], dropped: [80] });
  const { scan, events } = embed(scenario);
  assertEquals(events.map(({ type }) => type), ["start"]);
  const started = scenario.link.now();
  while (!scan.isDone) {
    const before = scenario.link.now();
    const deadline = scan.step();
    assertEquals(deadline >= before, true);
    if (!scan.isDone) scenario.link.wait(deadline);
  }
  assertEquals(scan.step(), NEVER, "nothing is left to do");
  const port = events.find((event) => event.type === "port");
  assertEquals([port?.port, port?.state], [22, "open"]);
  const end = events.at(-1)!;
  if (end.type !== "end") throw new Error(`the last event is ${end.type}`);
  assertEquals([end.exit, end.targets, end.up, end.open], [0, 1, 1, 1]);
  assertEquals(end.timeUs, scenario.link.now() + 5 * SECOND, "on the wall clock");
  assertEquals(end.elapsedUs, scenario.link.now() - started);
});

Deno.test("EmbeddedScan.stop() tells what is known, once", () => {
  const scenario = makeScenario({ open: [22], dropped: [80], rttMs: 200 });
  const { scan, events } = embed(scenario);
  run(scan, scenario, 3);
  scan.stop();
  scan.stop();
  assertEquals(scan.isDone, true);
  assertEquals(events.slice(-2).map(({ type }) => type), ["target", "end"]);
  const end = events.at(-1)!;
  assertEquals(end.type === "end" && end.exit, 130);
});

Deno.test("EmbeddedScan() refuses options that are out of range", () => {
  const { link, targets } = makeScenario();
  const scan = { targets, ports: new Uint16Array() };
  const rest = { link, firstPort: 1, epoch: 0, seed: 1, emit: () => {} };
  assertThrows(() => new EmbeddedScan({ scan, key: [1, 2], ...rest }), RangeError, "no port");
  assertEquals(link.now(), micros(0));
});
