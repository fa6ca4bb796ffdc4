import { assertEquals } from "@std/assert";
import { LoadMeter } from "./load_meter.ts";

/** Lets a loop work and wait for so many µs in turn, for a second. */
function run(meter: LoadMeter, work: number, wait: number): boolean {
  for (let now = 0; now < 1e6; now += work + wait) meter.onStep(now, now + work);
  return meter.isFull;
}

Deno.test("LoadMeter.isFull tells a loop that has no time to wait from one that has", () => {
  assertEquals(run(new LoadMeter(), 100, 900), false);
  assertEquals(run(new LoadMeter(), 500, 500), false);
  assertEquals(run(new LoadMeter(), 950, 50), true);
  assertEquals(run(new LoadMeter(), 0, 1_000), false);
});

Deno.test("LoadMeter.isFull follows a loop that gets time again", () => {
  const meter = new LoadMeter();
  meter.onStep(0, 250_000);
  assertEquals(meter.isFull, true);
  meter.onStep(500_000, 500_100);
  assertEquals(meter.isFull, false);
});
