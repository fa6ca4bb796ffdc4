/**
 * Whole scans, driver and packets included, on the virtual network at 0, 1 and 5 % loss: open and
 * closed are never confused, and wrong "filtered" verdicts stay within the announced sum.
 */
import { assertEquals, assertGreater, assertLessOrEqual } from "@std/assert";
import { countWrong } from "sim/comparison.ts";
import { makeScenario, type ScenarioOptions } from "sim/scenario.ts";
import { simScan, type SimScanOptions, type SimScanResult } from "sim/sim_scan.ts";

/** Seeds per loss rate. */
const SEEDS = 200;

const PORTS = Uint16Array.from({ length: 300 }, (_, i) => i + 1);

/** Every kind of port behind a path with a queue. */
const HOST: ScenarioOptions = {
  mbps: 8,
  queue: 40,
  open: [22, 80, 113, 199, 250],
  dropped: [...PORTS].filter((port) => port % 4 === 0 && port !== 80),
  adminProhibited: [...PORTS].filter((port) => port % 31 === 5),
};

function scanHost(
  options: ScenarioOptions,
  changes: Partial<SimScanOptions> = {},
): SimScanResult {
  const scenario = makeScenario({ ...HOST, ...options });
  const { targets } = scenario;
  return simScan(scenario, { targets, ports: PORTS, seed: options.seed ?? 1, ...changes });
}

/** What is said of a run if a figure is wrong. */
function describe({ verdicts, isFinished }: SimScanResult, seed: number): string {
  return `seed ${seed}: ${JSON.stringify({ isFinished, ...verdicts })}`;
}

for (const lossEachWay of [0, 0.01, 0.05]) {
  const title = `at ${lossEachWay * 100} % loss each way`;

  Deno.test(`a scan is right within the announced error ${title}`, () => {
    let announced = 0;
    let missed = 0;
    let found = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const result = scanHost({ seed, lossEachWay });
      const { verdicts } = result;
      const clear = [verdicts.falselyOpen, verdicts.falselyClosed, verdicts.undecided];
      assertEquals([result.isFinished, ...clear], [true, 0, 0, 0], describe(result, seed));
      announced += result.announced;
      missed += verdicts.missed;
      found += 1 - verdicts.missedTargets;
    }
    assertLessOrEqual(missed, announced + 4 * Math.sqrt(announced));
    assertEquals(found, SEEDS);
  });

  Deno.test(`a scan from one source port confuses nothing ${title}`, () => {
    for (let seed = 1; seed <= 20; seed++) {
      // Nobody resets the half-open connections that retries meet.
      const options = { seed, lossEachWay, kernelResets: seed % 2 === 0 };
      const result = scanHost(options, { sourcePort: 53 });
      const { falselyOpen, falselyClosed } = result.verdicts;
      assertEquals([falselyOpen, falselyClosed], [0, 0], describe(result, seed));
      assertLessOrEqual(countWrong(result.verdicts), 1, describe(result, seed));
    }
  });

  Deno.test(`a scan whose SYN-ACKs nobody resets finds every open port ${title}`, () => {
    let announced = 0;
    let wrong = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const result = scanHost({ seed, lossEachWay, kernelResets: false });
      assertEquals(result.verdicts.missedOpen, 0, describe(result, seed));
      announced += result.announced;
      wrong += countWrong(result.verdicts);
    }
    assertLessOrEqual(wrong, announced + 4 * Math.sqrt(announced));
  });

  Deno.test(`a search finds a host by one kind of trigger alone ${title}`, () => {
    for (const kind of ["echo", "timestamp", "mask", "udp"] as const) {
      const silent = { echo: false, timestamp: false, mask: false, udp: false };
      let found = 0;
      for (let seed = 1; seed <= 20; seed++) {
        const options = { ...silent, seed, lossEachWay, open: [], rest: "dropped" } as const;
        const result = scanHost({ ...options, [kind]: true }, { searchOnly: true });
        found += result.targets[0]!.state === "up" ? 1 : 0;
      }
      assertGreater(found, lossEachWay === 0 ? 19 : 13, kind);
    }
  });
}
