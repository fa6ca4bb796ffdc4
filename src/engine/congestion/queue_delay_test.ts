import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { QueueDelay } from "./queue_delay.ts";

/** A round of samples that are delayed by so much, µs. */
function round(queue: QueueDelay, delays: number[], isSteady = true): number {
  for (const delay of delays) queue.sample(delay);
  queue.onRound(isSteady);
  return queue.own;
}

Deno.test("QueueDelay.own is what stands all through a round, above the rounds before", () => {
  const queue = new QueueDelay();
  assertEquals(round(queue, [0, 900, 400]), 0);
  assertEquals(round(queue, [800, 700, 1_500]), 700);
  assertEquals([queue.own, queue.others], [700, 0]);
});

Deno.test("QueueDelay calls others' what has stood for many rounds", () => {
  const queue = new QueueDelay();
  round(queue, [0]);
  for (let i = 0; i < 15; i++) assertEquals(round(queue, [5_000]), 5_000);
  assertEquals(round(queue, [5_000]), 0);
  assertEquals(queue.others, 5_000);
  assertEquals(round(queue, [9_000]), 4_000);
});

Deno.test("QueueDelay.disown() makes the queue of now others'", () => {
  const queue = new QueueDelay();
  round(queue, [0]);
  round(queue, [5_000]);
  queue.disown();
  assertEquals([queue.own, queue.others], [0, 5_000]);
  assertEquals(round(queue, [6_000]), 1_000);
  assertEquals(round(queue, [2_000]), 0);
});

Deno.test("QueueDelay.now sees a queue at the end of a round that began empty", () => {
  const queue = new QueueDelay();
  round(queue, [0]);
  round(queue, [0, 0, ...Array(8).fill(3_000)]);
  assertEquals([queue.own, queue.now], [0, 3_000]);
});

Deno.test("QueueDelay.noise() grows with the link's own changes, not with ours", () => {
  const wire = new QueueDelay();
  for (let i = 0; i < 100; i++) round(wire, [i % 2 === 0 ? 0 : 4_000], false);
  assertEquals(wire.noise(60_000, 12_000), 60_000 / 256);
  assertEquals(wire.noise(12_000, 1_488), 2e6 / 1_488);
  assertEquals(wire.noise(100, 1e6), 50);
  const radio = new QueueDelay();
  for (let i = 0; i < 100; i++) round(radio, [i % 2 === 0 ? 0 : 4_000]);
  assertGreater(radio.noise(60_000, 12_000), 7_000);
  assertLess(radio.noise(6_000, 12_000), 6_001);
});
