import { assertAlmostEquals, assertEquals } from "@std/assert";
import { micros } from "units";
import { Bottleneck, wireBytes } from "./bottleneck.ts";

Deno.test("wireBytes() counts 84 for a minimal frame and 38 more than IP else", () => {
  assertEquals([20, 44, 46, 47, 1_500].map(wireBytes), [84, 84, 84, 85, 1_538]);
});

Deno.test("Bottleneck.offer() spends 84 bytes of wire on a small packet", () => {
  const link = new Bottleneck({ bitsPerSecond: 8e6, queuePackets: 40 });
  assertAlmostEquals(link.offer(44, micros(0)), 84, 1e-9);
  assertAlmostEquals(link.offer(44, micros(0)), 168, 1e-9);
  assertAlmostEquals(link.offer(1_500, micros(0)), 168 + 1_538, 1e-9);
  assertAlmostEquals(link.offer(44, micros(10_000)), 10_084, 1e-9);
});

Deno.test("Bottleneck.offer() drops what finds the queue full", () => {
  const link = new Bottleneck({ bitsPerSecond: 8e6, queuePackets: 40 });
  const taken = Array.from({ length: 100 }, () => link.offer(44, micros(0))).filter((at) => at > 0);
  assertEquals(taken.length, 41, "one is being sent and 40 wait");
  assertEquals(link.dropped, 59);
  assertEquals(link.backlog(micros(84 * 41 - 1)), 1);
  assertEquals(link.backlog(micros(84 * 41)), 0);
});

Deno.test("Bottleneck.offer() counts a queue in bytes by what waits", () => {
  const link = new Bottleneck({ bitsPerSecond: 8e6, queueBytes: 3_000 });
  const results = [1_500, 1_500, 44, 1_500, 44].map((size) => link.offer(size, micros(0)) !== -1);
  // Waiting: 1538, then 1622; 3160 would be too many; 1706 fits.
  assertEquals(results, [true, true, true, false, true]);
});

Deno.test("Bottleneck.offer() takes packets per second where those are fewer", () => {
  const link = new Bottleneck({ packetsPerSecond: 250, queuePackets: 12 });
  assertEquals(link.offer(44, micros(0)), 4_000);
  assertEquals(link.offer(1_500, micros(0)), 8_000);
});

Deno.test("Bottleneck.setRate() holds from the next packet on", () => {
  const link = new Bottleneck({ bitsPerSecond: 84 * 8e6, queuePackets: 10 });
  assertAlmostEquals(link.offer(44, micros(0)), 1, 1e-9);
  link.setRate({ bitsPerSecond: 84 * 4e6 });
  assertAlmostEquals(link.offer(44, micros(0)), 3, 1e-9);
});
