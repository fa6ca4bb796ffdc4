/** The program scans through the wire: hosts of the simulator, and a real one behind a path. */
import { assertEquals, assertGreater } from "@std/assert";
import type { PathOptions } from "sim/path.ts";
import type { ScenarioOptions } from "sim/scenario.ts";
import { MILLISECOND } from "units";
import { HOST_ADDRESS, MIXED_HOST } from "./lab.ts";
import { labTest, playTest } from "./lab_test_case.ts";
import type { PlayedNetwork } from "./played_network.ts";
import { type PortPlan, rangesWithout } from "./ports.ts";
import { findMistakes, parseLines, targetLine } from "./results.ts";
import type { WireStats } from "./wire.ts";

/** A slow path: 60 ms there and back, 8 Mbit/s, 40 packets of queue, 0.1 % loss each way. */
const SLOW: ScenarioOptions = { rttMs: 60, mbps: 8, queue: 40, lossEachWay: 0.001 };

/** The same, one way. */
const SLOW_WAY: PathOptions = {
  delay: 30 * MILLISECOND,
  bottleneck: { bitsPerSecond: 8e6, queuePackets: 40 },
  loss: { kind: "random", probability: 0.001 },
};

/** Ports that a test has the time to ask for. */
const ASKED = Array.from({ length: 2_000 }, (_, index) => index + 1);

/** Long enough for a machine that has other things to do as well. */
const OPTIONS = { timeoutMs: 180_000 };

/** What the wire itself must never lose, or a figure says nothing about the scan. */
function assertCarriedAll({ ends }: WireStats): void {
  for (const { refused, dropped, malformed } of ends) {
    assertEquals({ refused, dropped, malformed }, { refused: 0, dropped: 0, malformed: 0 });
  }
}

/** Scans the first ports of a target; returns its mistakes. */
async function scan(
  place: Pick<PlayedNetwork, "scan">,
  target: string,
  judge: { plan: PortPlan; reasons: boolean },
): Promise<string[]> {
  const words = ["-q", "-p", `1-${ASKED.length}`, "-oJ", "-", target];
  const { code, stdout, stderr } = await place.scan(words, OPTIONS);
  assertEquals(code, 0, stderr);
  return findMistakes(targetLine(parseLines(stdout)), judge.plan, { ...judge, ports: ASKED });
}

const SILENT: PortPlan = {
  open: [22, 80, 443],
  dropped: rangesWithout([22, 25, 80, 113, 443]),
  reset: [],
  prohibited: [],
};

playTest("a simulated host behind a slow path is scanned by the real program", async (network) => {
  const mistakes = await scan(network, network.target, { plan: SILENT, reasons: true });
  assertEquals(mistakes, []);
  const stats = await network.wire.stop();
  assertCarriedAll(stats);
  const { offered, lost } = stats.paths.out[0]!;
  assertGreater(offered, 2 * 1_995, "a silent port is asked twice at least");
  assertGreater(lost, 0);
}, { ...SLOW, open: [22, 80, 443], closed: [25, 113], rest: "dropped", seed: 7 });

playTest("a simulated host whose ports answer is scanned through a slow path", async (network) => {
  const plan = { open: [22, 80, 443], dropped: [], reset: [], prohibited: [] };
  assertEquals(await scan(network, network.target, { plan, reasons: false }), []);
  const stats = await network.wire.stop();
  assertCarriedAll(stats);
  assertGreater(stats.paths.back[0]!.offered, 1_900);
}, { ...SLOW, open: [22, 80, 443], rest: "closed", seed: 8 });

labTest("a real Linux host behind a slow path is scanned as it is", async (lab) => {
  assertEquals(await scan(lab, HOST_ADDRESS, { plan: MIXED_HOST, reasons: true }), []);
  const stats = await lab.wire.stop();
  assertCarriedAll(stats);
  assertGreater(stats.paths.out[0]!.offered, 2_000);
}, { paths: { out: [SLOW_WAY], back: [SLOW_WAY], seed: 9 } });
