/**
 * The wire is what it was asked to be, by the kernel's time stamps of the packets that enter and
 * leave it: numbered packets through one path each, and beside it the simulator's own path, to
 * which the same packets come at the same times.
 */
import { assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import { Network } from "sim/network.ts";
import type { Node } from "sim/node.ts";
import type { PathOptions } from "sim/path.ts";
import { micros, MILLISECOND, SECOND } from "units";
import { FAR_INTERFACE, HOST_ADDRESS, type Lab, NEAR_INTERFACE, SCANNER_ADDRESS } from "./lab.ts";
import { labTest } from "./lab_test_case.ts";
import { type PortPlan, rangesWithout } from "./ports.ts";
import { type Observation, observe, sendTraffic, type Sighting } from "./traffic.ts";
import { buildPaths } from "./wire/wire_plan.ts";

/** A host that answers nothing: what comes back is what was sent from there. */
const SILENT: PortPlan = { open: [], dropped: rangesWithout([]), reset: [], prohibited: [] };

/** Bytes of each packet, and what it takes on the wire. */
const LENGTH = 44;
const WIRE_BITS = 84 * 8;

/** Destination and source port. */
const PORT = 9;
const LOCAL_PORT = 62_000;

const SEED = 5;

/** Where a packet leaves the wire, by the simulator: its number, and when, µs after the first. */
interface Prediction {
  number: number;
  time: number;
}

/** Sends packets one way and watches them. */
function pass(
  lab: Lab,
  job: { count: number; rate: number },
  way: "out" | "back" = "out",
): Promise<Observation> {
  const { namespace } = lab.wire;
  const isOut = way === "out";
  const [entry, exit] = isOut ? [NEAR_INTERFACE, FAR_INTERFACE] : [FAR_INTERFACE, NEAR_INTERFACE];
  const addresses = { destination: isOut ? HOST_ADDRESS : SCANNER_ADDRESS, port: PORT };
  const traffic = { ...addresses, localPort: LOCAL_PORT, length: LENGTH, ...job };
  return observe(
    { namespace, entry, exit, port: PORT, tailMs: 300 },
    () => sendTraffic(isOut ? lab.scanner : lab.host, traffic),
  );
}

/** Lets the simulator's paths have the packets that entered, at the same times. */
function predict(out: readonly PathOptions[], entered: readonly Sighting[]): Prediction[] {
  const network = new Network();
  const { pool } = network;
  const predictions: Prediction[] = [];
  const exit: Node = {
    accept(packet, now, site) {
      predictions.push({ number: pool.view(packet).getUint32(pool.at(packet)), time: now });
      site.drop(packet);
    },
    wake() {},
  };
  const paths = buildPaths({ kind: "paths", out, back: [], seed: SEED });
  const route = network.addRoute([...paths.out, exit]);
  for (const { number, time } of entered) {
    const packet = pool.take(LENGTH);
    pool.view(packet).setUint32(pool.at(packet), number);
    const now = micros(time - entered[0]!.time);
    network.advance(now);
    network.launch(packet, route, now);
  }
  network.advance(micros(60 * SECOND));
  return predictions;
}

/** The value that half of the others do not exceed. */
function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** The largest value. */
function highest(values: number[]): number {
  return values.reduce((high, value) => Math.max(high, value), 0);
}

/** What each packet that left took, µs; `start` is where the times of those that left begin. */
function delaysOf(
  { entered, left, start = 0 }: {
    entered: readonly Sighting[];
    left: readonly { number: number; time: number }[];
    start?: number;
  },
): number[] {
  const times = new Map(entered.map(({ number, time }) => [number, time]));
  return left.map(({ number, time }) => start + time - times.get(number)!);
}

/** How many of the numbers in one list are not in the other. */
function difference(some: readonly { number: number }[], others: typeof some): number {
  const numbers = new Set(others.map(({ number }) => number));
  return some.filter(({ number }) => !numbers.has(number)).length;
}

/** A wire with a path one way. */
function wireTest(
  name: string,
  out: readonly PathOptions[],
  body: (lab: Lab) => Promise<void>,
): void {
  const back = [{ delay: 5 * MILLISECOND }];
  labTest(`the wire ${name}`, body, { plan: SILENT, paths: { out, back, seed: SEED } });
}

wireTest("delays packets as asked, each way by its own path", [{ delay: 20_000 }], async (lab) => {
  for (const [way, asked] of [["out", 20_000], ["back", 5_000]] as const) {
    const seen = await pass(lab, { count: 1_000, rate: 2_000 }, way);
    assertEquals(seen.left.length, seen.entered.length);
    const delays = delaysOf(seen);
    assertAlmostEquals(median(delays) / asked, 1, 0.1);
    // The clocks of stamps and of the loop are compared once per turn, to within a microsecond.
    assertLess(delays.filter((delay) => delay < asked - 5).length, 10, "packets left too early");
    assertEquals(seen.left.every(({ isIntact }) => isIntact), true);
  }
});

const SLOW: PathOptions = { bottleneck: { bitsPerSecond: 8e6, queuePackets: 40 } };

wireTest("lets pass what rate and queue allow, as the simulator does", [SLOW], async (lab) => {
  const seen = await pass(lab, { count: 4_000, rate: 24_000 });
  const { entered, left } = seen;
  const predicted = predict([SLOW], entered);
  const overflowed = entered.length - left.length;
  assertGreater(overflowed, 400, "the queue was hardly ever full");
  assertAlmostEquals(left.length / predicted.length, 1, 0.01);
  // A packet that comes as another leaves a full queue may fall on either side.
  assertLess(difference(left, predicted), 200);
  assertEquals((await lab.wire.stats()).paths.out[0]!.overflowed, overflowed);
  // Never faster than it may be, in the queue as long as it should be.
  const seconds = (left.at(-1)!.time - left[0]!.time) / SECOND;
  assertLess((left.length - 1) / seconds, 1.01 * 8e6 / WIRE_BITS);
  const delays = delaysOf(seen);
  const asked = delaysOf({ entered, left: predicted, start: entered[0]!.time });
  assertAlmostEquals(median(delays) / median(asked), 1, 0.1);
  // Who comes last into a full queue waits for 40 packets and takes as long as one itself.
  assertAlmostEquals(highest(asked) / (41 * WIRE_BITS / 8), 1, 0.01);
});

const LOSSES: Record<string, PathOptions> = {
  "random": { loss: { kind: "random", probability: 0.02 } },
  "in bursts": { loss: { kind: "bursts", share: 0.02, length: 8, badLoss: 0.5 } },
};

for (const [name, path] of Object.entries(LOSSES)) {
  wireTest(`loses the packets that the simulator loses, ${name}`, [path], async (lab) => {
    const seen = await pass(lab, { count: 8_000, rate: 8_000 });
    const predicted = predict([path], seen.entered);
    assertEquals(seen.left.map(({ number }) => number), predicted.map(({ number }) => number));
    const lost = seen.entered.length - seen.left.length;
    // Four sigma of the burstier one: its losses come in fours.
    assertAlmostEquals(lost / 8_000, 0.02, 4 * Math.sqrt(4 * 0.02 / 8_000));
    assertEquals((await lab.wire.stats()).paths.out[0]!.lost, lost);
  });
}

const ROUGH: readonly PathOptions[] = [
  { jitter: { kind: "exponential", mean: 4_000, reorder: true }, duplicate: 0.05 },
  { delay: 2_000, corrupt: 0.05 },
];

wireTest("reorders, repeats and damages packets, over several stretches", ROUGH, async (lab) => {
  const seen = await pass(lab, { count: 2_000, rate: 2_000 });
  const [first, second] = (await lab.wire.stats()).paths.out;
  assertEquals(second!.offered, 2_000 + first!.duplicated);
  assertAlmostEquals(first!.duplicated / 2_000, 0.05, 0.02);
  assertAlmostEquals(second!.corrupted / second!.offered, 0.05, 0.02);
  const damaged = seen.left.filter(({ isIntact }) => !isIntact).length;
  // Where the flipped bit makes another packet of it the tap does not know it for one of ours.
  assertGreater(damaged, second!.corrupted / 2);
  assertLess(damaged, second!.corrupted + 1);
  // Jitter of 4 ms among packets every 0.5 ms: order is an exception.
  const numbers = seen.left.map(({ number }) => number);
  const later = numbers.filter((number, i) => i > 0 && number < numbers[i - 1]!).length;
  assertGreater(later, 500);
});

labTest("the wire finishes the checksums that kernels leave to hardware", async (lab) => {
  const { namespace } = lab.wire;
  const watch = { namespace, entry: NEAR_INTERFACE, exit: FAR_INTERFACE, port: 80, tailMs: 100 };
  const { entered, left } = await observe(watch, async () => {
    const { code } = await lab.run(["bash", "-c", `: <>/dev/tcp/${HOST_ADDRESS}/80`]);
    assertEquals(code, 0, "no connection");
  });
  // Half a handshake at least: SYN and ACK.
  assertGreater(left.length, 1);
  assertEquals(left.length, entered.length);
  assertEquals(entered.some(({ isIntact }) => isIntact), false, "nothing had to be finished");
  assertEquals(left.every(({ isIntact }) => isIntact), true);
}, { paths: { out: [{}], back: [{}], seed: SEED } });
