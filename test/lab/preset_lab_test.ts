/** Presets with real packets: played whole, and their paths before a real host. */
import { PortState } from "engine/port_state.ts";
import { assertEquals, assertGreater } from "@std/assert";
import type { PathOptions } from "sim/path.ts";
import { MILLISECOND } from "units";
import { formatIpv4 } from "wire/address.ts";
import { HOST_ADDRESS, portbunny } from "./lab.ts";
import { labTest, presetTest } from "./lab_test_case.ts";
import type { PlayedPreset } from "./played_preset.ts";
import { parseRanges } from "./ports.ts";
import { findMistakes, type JsonLine, parseLines, type TargetLine, targetLine } from "./results.ts";
import type { WireStats } from "./wire.ts";

const STATES: Readonly<Record<number, string>> = {
  [PortState.OPEN]: "open",
  [PortState.CLOSED]: "closed",
  [PortState.FILTERED]: "filtered",
};

/** A slow path, one way: 30 ms, 8 Mbit/s, 40 packets of queue, 0.1 % loss. */
const SLOW: PathOptions = {
  delay: 30 * MILLISECOND,
  bottleneck: { bitsPerSecond: 8e6, queuePackets: 40 },
  loss: { kind: "random", probability: 0.001 },
};

/** Ports that a test has the time to ask for. */
const PORTS = Array.from({ length: 2_000 }, (_, index) => index + 1);

/** What the wire itself must never lose, or a figure says nothing about the scan. */
function assertCarriedAll({ ends }: WireStats): void {
  for (const { received, refused, dropped, malformed } of ends) {
    assertGreater(received, PORTS.length);
    assertEquals({ refused, dropped, malformed }, { refused: 0, dropped: 0, malformed: 0 });
  }
}

/** Scans some ports of some addresses; returns the lines on targets. */
async function scan(
  { scanner }: PlayedPreset,
  ports: string,
  addresses: readonly number[],
): Promise<TargetLine[]> {
  const words = ["-q", "-p", ports, "-oJ", "-", ...addresses.map(formatIpv4)];
  const { code, stdout, stderr } = await scanner.run(portbunny(words), { timeoutMs: 180_000 });
  assertEquals(code, 0, stderr);
  return parseLines(stdout).filter(isTarget);
}

function isTarget(line: JsonLine): line is TargetLine {
  return line.type === "target";
}

/** What was said of one address, port by port. */
function claimsOf(lines: readonly TargetLine[], address: number): Record<number, string> {
  const { states = {} } = lines.find(({ ip }) => ip === formatIpv4(address)) ?? {};
  const claims: Record<number, string> = {};
  for (const [state, ranges] of Object.entries(states)) {
    for (const [first, last] of parseRanges(ranges)) {
      for (let port = first; port <= last; port++) claims[port] = state;
    }
  }
  return claims;
}

/** What is true of one address, port by port. */
function truthOf({ parts: { truth } }: PlayedPreset, address: number, ports: number[]) {
  return Object.fromEntries(
    ports.map((port) => [port, STATES[truth.stateOf(address, port)]!]),
  );
}

for (const preset of ["lan-filtered", "internet-filtered", "internet-closed"] as const) {
  presetTest(`the host of ${preset} is scanned by the real program`, async (network) => {
    const address = network.parts.targets.v4.at(0);
    const lines = await scan(network, `1-${PORTS.length}`, [address]);
    assertEquals(claimsOf(lines, address), truthOf(network, address, PORTS));
    assertCarriedAll(await network.wire.stop());
  }, { preset, seed: 3 });
}

presetTest("a network of many hosts is scanned by the real program", async (network) => {
  const { v4 } = network.parts.targets;
  const all = Array.from({ length: v4.size }, (_, place) => v4.at(place));
  const up = all.filter((address) => network.parts.truth.isUp(address)).slice(0, 12);
  const down = all.filter((address) => !network.parts.truth.isUp(address)).slice(0, 2);
  const lines = await scan(network, "22,80,443", [...up, ...down]);
  const found = lines.filter(({ state }) => state === "up").map(({ ip }) => ip);
  // Some live hosts drop whatever they are sent, and no scanner can find them.
  const visible = up.filter((address) => found.includes(formatIpv4(address)));
  assertGreater(visible.length, up.length / 2);
  assertEquals(found.length, visible.length, "something was found where nothing is");
  for (const address of visible) {
    assertEquals(claimsOf(lines, address), truthOf(network, address, [22, 80, 443]));
  }
}, { preset: "class-c-mix", seed: 3 });

labTest("a real host behind a preset's path is scanned as the preset has it", async (lab) => {
  const words = ["-q", "-p", `1-${PORTS.length}`, "-oJ", "-", HOST_ADDRESS];
  const { code, stdout, stderr } = await lab.scan(words, { timeoutMs: 180_000 });
  assertEquals(code, 0, stderr);
  const target = targetLine(parseLines(stdout));
  assertEquals(findMistakes(target, lab.plan, { ports: PORTS, reasons: true }), []);
  assertEquals(lab.plan.open, [22, 80, 443]);
  const [near, far] = (await lab.wire.stop()).ends;
  assertEquals([near!.dropped, far!.dropped], [0, 0]);
  assertGreater(near!.received, 1.9 * PORTS.length, "a silent port is asked twice");
}, { preset: { name: "internet-filtered-100", seed: 3 } });

labTest("a real host with everything behind a slow path is scanned as it is", async (lab) => {
  const words = ["-q", "-p", `1-${PORTS.length}`, "-oJ", "-", HOST_ADDRESS];
  const { code, stdout, stderr } = await lab.scan(words, { timeoutMs: 180_000 });
  assertEquals(code, 0, stderr);
  const target = targetLine(parseLines(stdout));
  assertEquals(findMistakes(target, lab.plan, { ports: PORTS, reasons: true }), []);
  assertGreater((await lab.wire.stop()).paths.out[0]!.offered, PORTS.length);
}, { paths: { out: [SLOW], back: [SLOW], seed: 9 } });
