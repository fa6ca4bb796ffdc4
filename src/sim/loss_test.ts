import { assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import { Random } from "random";
import { micros, MILLISECOND } from "units";
import { type LossModel, makeLoss } from "./loss.ts";

const PACKETS = 400_000;

/** Share of packets that are lost, and the mean length of a run of losses, in packets. */
function measure(model: LossModel, spacing = 100): { share: number; run: number } {
  let lost = 0;
  let runs = 0;
  let before = false;
  for (let i = 0; i < PACKETS; i++) {
    const isLost = model.isLost(micros(i * spacing));
    if (isLost) lost++;
    if (isLost && !before) runs++;
    before = isLost;
  }
  return { share: lost / PACKETS, run: lost / runs };
}

Deno.test("random loss loses its share, independently", () => {
  const { share, run } = measure(makeLoss({ kind: "random", probability: 0.02 }, new Random(1))!);
  assertAlmostEquals(share, 0.02, 0.001);
  assertAlmostEquals(run, 1 / 0.98, 0.02);
});

Deno.test("Gilbert-Elliott loss loses its share, in bursts of packets", () => {
  const options = { kind: "bursts", share: 0.02, length: 8, badLoss: 0.8 } as const;
  const { share, run } = measure(makeLoss(options, new Random(1))!);
  assertAlmostEquals(share, 0.02, 0.002);
  assertGreater(run, 2.5);
});

Deno.test("fades lose their share, in spells of time", () => {
  const options = { kind: "fades", share: 0.05, duration: 2 * MILLISECOND, badLoss: 1 } as const;
  const dense = measure(makeLoss(options, new Random(2))!, 100);
  assertAlmostEquals(dense.share, 0.05, 0.006);
  assertAlmostEquals(dense.run, 20, 2);
  const sparse = measure(makeLoss(options, new Random(3))!, 2 * MILLISECOND);
  assertAlmostEquals(sparse.share, 0.05, 0.005);
  assertLess(sparse.run, 3.5);
  const rare = measure(makeLoss(options, new Random(4))!, 100_000 * MILLISECOND);
  assertAlmostEquals(rare.share, 0.05, 0.002);
  assertAlmostEquals(rare.run, 1 / 0.95, 0.02);
});

Deno.test("makeLoss() makes nothing of no loss", () => {
  assertEquals(makeLoss({ kind: "random", probability: 0 }, new Random(1)), undefined);
  assertEquals(makeLoss(undefined, new Random(1)), undefined);
});
