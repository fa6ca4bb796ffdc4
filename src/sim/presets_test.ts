/** The presets stand as written: they can be scanned, and limits follow from their figures. */
import { assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import { PortState } from "engine/port_state.ts";
import { TargetSet } from "scan/target_set.ts";
import { MILLISECOND, SECOND } from "units";
import { countWrong } from "./comparison.ts";
import { isPresetName, makePresetNetwork } from "./preset_network.ts";
import { type PresetName, PRESETS } from "./presets.ts";
import { simScan } from "./sim_scan.ts";

/** What has to be waited for by every scan, in seconds, worked out by hand. */
const LIMITS: Partial<Record<PresetName, number>> = {
  // 2 × 65,530 silent and 5 answering pairs, 84 bytes each.
  "lan-filtered": (131_065 * 84 * 8) / 1e9 + 0.0001,
  "internet-filtered": (131_065 * 84 * 8) / 8e6 + 0.06,
  "internet-closed": (65_535 * 84 * 8) / 8e6 + 0.06,
  // The way up is the slow one.
  "dsl-far": (131_065 * 84 * 8) / 1e6 + 0.15,
  // What is above the burst passes at 400 per second.
  "policed": (10_000 - 40) / 400 + 0.025,
  "policed-filtered": (19_995 - 40) / 400 + 0.025,
  "rst-limited": (9_995 - 250) / 250 + 0.025,
  "dropper": 5_000 / 250 + 0.02,
  // Four of the seconds pass at a quarter of the rate.
  "changing": (131_065 * 84 * 8) / 20e6 + 3 + 0.05,
  "wifi": 65_535 / 7_000 + 0.006,
  "nat-table": ((19_995 - 4_096) * 120) / 4_096 + 0.03,
  // Half a second is not enough, so the absence counts. Port 80 is open, not closed.
  "returns": ((3 + 999 + 2 * 8_998) * 84 * 8) / 25e6 + 0.03 + 6,
};

function firstTargets(targets: TargetSet, count: number): TargetSet {
  const places = Array.from({ length: Math.min(count, targets.size) }, (_, place) => place);
  return TargetSet.ofSpecs(places.map((place) => targets.at(place)));
}

for (const [name, seconds] of Object.entries(LIMITS)) {
  Deno.test(`${name}: its limit follows from its figures`, () => {
    const { limit } = makePresetNetwork(name as PresetName, 1);
    assertAlmostEquals(limit() / SECOND, seconds, 1e-6);
  });
}

for (const name of Object.keys(PRESETS) as PresetName[]) {
  Deno.test(`${name} answers a scan of a few of its ports truthfully`, () => {
    const network = makePresetNetwork(name, 1);
    assertGreater(network.limit(), 0);
    const { isFinished, verdicts } = simScan(network, {
      targets: firstTargets(network.targets, 40),
      ports: network.ports.slice(0, 80),
    });
    assertEquals([isFinished, countWrong(verdicts)], [true, 0], JSON.stringify(verdicts));
    assertEquals(verdicts.missedTargets, 0);
  });
}

Deno.test("no scan of a preset is shorter than its limit", () => {
  for (const name of ["lan-closed", "dropper", "rst-counter"] as const) {
    const network = makePresetNetwork(name, 2);
    const { elapsed } = simScan(network, network);
    assertGreater(elapsed, network.limit() - 100 * MILLISECOND, name);
  }
});

Deno.test("class-c-mix: three in ten addresses are live, and of all kinds", () => {
  const { targets, truth } = makePresetNetwork("class-c-mix", 3);
  const states = new Map<PortState, number>();
  let live = 0;
  for (let place = 0; place < targets.size; place++) {
    const address = targets.v4.at(place);
    if (truth.isUp(address)) live++;
    const state = truth.stateOf(address, 80);
    states.set(state, (states.get(state) ?? 0) + 1);
  }
  assertGreater(live, 0.25 * targets.size);
  assertLess(live, 0.35 * targets.size);
  for (const state of [PortState.OPEN, PortState.CLOSED, PortState.FILTERED]) {
    assertGreater(states.get(state) ?? 0, 20);
  }
});

Deno.test("isPresetName() knows presets and nothing that every object has", () => {
  assertEquals(["qos", "toString", ""].map(isPresetName), [true, false, false]);
});
