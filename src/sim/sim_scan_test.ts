/** Whole scans in virtual time: repeatable to the bit, honest about the truth, several workers. */
import { assertEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import { assert } from "assertion";
import { PortState } from "engine/port_state.ts";
import { micros, SECOND } from "units";
import { countWrong } from "./comparison.ts";
import { makeScenario, type Scenario, type ScenarioOptions } from "./scenario.ts";
import { simScan, type SimScanOptions, type SimScanResult } from "./sim_scan.ts";

const PORTS = Uint16Array.from({ length: 2_000 }, (_, i) => i + 1);

/** A host of every kind of port behind a path that does everything a path can do. */
const ROUGH: ScenarioOptions = {
  rttMs: 30,
  mbps: 5,
  queue: 30,
  lossEachWay: 0.01,
  jitterMs: 2,
  reorder: true,
  duplicate: 0.01,
  corrupt: 0.01,
  open: [22, 80],
  dropped: Array.from({ length: 500 }, (_, i) => 700 + i),
  adminProhibited: [1_300],
};

function scanHost(options: ScenarioOptions, changes: Partial<SimScanOptions> = {}): SimScanResult {
  const scenario = makeScenario(options);
  return simScan(scenario, { targets: scenario.targets, ports: PORTS, ...changes });
}

/** Every packet that enters the network, with its time. */
function recordPackets(scenario: Scenario): string[] {
  const { network } = scenario.simulator;
  const send = network.send.bind(network);
  const packets: string[] = [];
  network.send = (packet, now) => {
    const { pool } = network;
    const at = pool.at(packet);
    const bytes = pool.bytes(packet).subarray(at, at + pool.stored(packet));
    packets.push(`${now} ${bytes.toHex()}`);
    send(packet, now);
  };
  return packets;
}

Deno.test("simScan() sends the same packets, bit for bit, for the same seed", () => {
  const trace = (seed: number): string[] => {
    const scenario = makeScenario({ ...ROUGH, seed: 9 });
    const packets = recordPackets(scenario);
    simScan(scenario, { targets: scenario.targets, ports: PORTS, seed });
    return packets;
  };
  const first = trace(5);
  assertGreater(first.length, PORTS.length);
  assertEquals(trace(5), first);
  assert(trace(6).join() !== first.join(), "another seed gave the same packets");
});

Deno.test("simScan() finds out the truth about every kind of port", () => {
  const { isFinished, verdicts, targets, events } = scanHost(ROUGH);
  assert(isFinished);
  assertEquals(verdicts.right, PORTS.length, JSON.stringify(verdicts));
  assertEquals(targets[0]!.states[21], PortState.OPEN);
  assertEquals([events[0]!.type, events.at(-1)!.type], ["start", "end"]);
});

Deno.test("simScan() counts what its packets did to full queues and policers", () => {
  const quiet = scanHost({ mbps: 1 }, { timing: "fixed:32" });
  assertEquals(quiet.overflowed, 0);
  const pushy = scanHost({ mbps: 1, queue: 5 }, { timing: "fixed:200" });
  assertGreater(pushy.overflowed, 100);
  const limit = { kind: "token-bucket", rate: 500, burst: 40 } as const;
  assertGreater(scanHost({ policer: { limit, class: "syn" } }).overflowed, 100);
});

Deno.test("simScan() breaks a scan off at its time limit and reports what is known", () => {
  const { isFinished, elapsed, verdicts, events } = scanHost(
    { mbps: 0.1, rest: "closed" },
    { timeLimit: 1 * SECOND },
  );
  assertEquals(isFinished, false);
  assertLess(elapsed, 1.1 * SECOND);
  assertGreater(verdicts.undecided, 0);
  assertGreater(verdicts.right, 0);
  assertEquals(countWrong(verdicts), 0);
  const end = events.at(-1)!;
  assertEquals(end.type === "end" && end.exit, 130);
});

Deno.test("simScan() deals targets out to workers that do not hear each other", () => {
  const scenario = makeScenario({ hosts: 6, open: [22], mbps: 10 });
  const ports = PORTS.slice(0, 300);
  const { verdicts, targets } = simScan(scenario, {
    targets: scenario.targets,
    ports,
    workers: 3,
  });
  assertEquals(verdicts.right, 6 * 300);
  assertEquals(targets.map(({ stats }) => stats.stray), [0, 0, 0, 0, 0, 0]);
  assertEquals(new Set(targets.map(({ ip }) => ip)).size, 6);
});

Deno.test("simScan() leaves no packet behind", () => {
  const scenario = makeScenario({ ...ROUGH, seed: 3 });
  simScan(scenario, { targets: scenario.targets, ports: PORTS });
  const { network } = scenario.simulator;
  network.advance(micros(network.now + 120 * SECOND));
  assertEquals(network.pool.inUse, 0);
});

Deno.test("simScan() refuses to start without workers", () => {
  assertThrows(() => scanHost({}, { workers: 0 }), RangeError, "Cannot use 0 as workers");
});
