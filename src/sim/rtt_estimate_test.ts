import { assertAlmostEquals, assertEquals } from "@std/assert";
import { RttEstimate } from "./rtt_estimate.ts";

Deno.test("RttEstimate.timeout begins at a second and follows samples, never below 200 ms", () => {
  const estimate = new RttEstimate();
  assertEquals(estimate.timeout, 1_000_000);
  estimate.add(300_000);
  assertEquals([estimate.srtt, estimate.timeout], [300_000, 900_000]);
  for (let i = 0; i < 200; i++) estimate.add(10_000);
  assertAlmostEquals(estimate.srtt, 10_000, 1);
  assertEquals(estimate.timeout, 200_000);
});

Deno.test("RttEstimate.backOff() doubles the time-out up to a minute", () => {
  const estimate = new RttEstimate();
  estimate.add(10_000);
  estimate.backOff();
  estimate.backOff();
  assertEquals(estimate.timeout, 800_000);
  for (let i = 0; i < 20; i++) estimate.backOff();
  assertEquals(estimate.timeout, 60_000_000);
  estimate.resetBackoff();
  assertEquals(estimate.timeout, 200_000);
});
