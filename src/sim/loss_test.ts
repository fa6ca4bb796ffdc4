import { assertAlmostEquals, assertEquals, assertGreater } from "@std/assert";
import { Random } from "random";
import { type LossModel, makeLoss } from "./loss.ts";

const PACKETS = 400_000;

/** Share of packets that are lost, and the mean length of a run of losses. */
function measure(model: LossModel): { share: number; run: number } {
  let lost = 0;
  let runs = 0;
  let before = false;
  for (let i = 0; i < PACKETS; i++) {
    const isLost = model.isLost();
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

Deno.test("Gilbert-Elliott loss loses its share, in bursts", () => {
  const options = { kind: "bursts", share: 0.02, length: 8, badLoss: 0.8 } as const;
  const { share, run } = measure(makeLoss(options, new Random(1))!);
  assertAlmostEquals(share, 0.02, 0.002);
  assertGreater(run, 2.5);
});

Deno.test("makeLoss() makes nothing of no loss", () => {
  assertEquals(makeLoss({ kind: "random", probability: 0 }, new Random(1)), undefined);
  assertEquals(makeLoss(undefined, new Random(1)), undefined);
});
