import { assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import { Story } from "../../../test/support/controller_story.ts";
import { PathMemory } from "../path.ts";
import { DeliveryRate } from "./delivery_rate.ts";

/** Packets per second that it sends. */
function rate(story: Story): number {
  return story.controller.pacingRate(story.baseMs * 1_000);
}

Deno.test("DeliveryRate doubles per round until the spread of trains shows the capacity", () => {
  const story = new Story(new DeliveryRate(new PathMemory()));
  assertEquals(story.rounds(3).controller.cwnd, 256);
  // 10,000 packets per second over 100 ms hold 1,000.
  story.rounds(6, { capacity: 10_000 });
  assertAlmostEquals(rate(story), 10_000, 1_000);
});

Deno.test("DeliveryRate does not slow down because of losses by chance", () => {
  const story = new Story(new DeliveryRate(new PathMemory())).rounds(6, { capacity: 10_000 });
  const before = rate(story);
  for (let round = 0; round < 50; round++) {
    story.send().advance(100).lose(Math.round(story.inFlight * 0.02));
    story.ack(story.inFlight);
  }
  assertGreater(rate(story), 0.8 * before);
});

Deno.test("DeliveryRate begins slow start again when everything has timed out", () => {
  const story = new Story(new DeliveryRate(new PathMemory())).rounds(8, { capacity: 10_000 });
  const { controller } = story;
  story.send();
  controller.onTimeout(story.now, story.inFlight);
  story.inFlight = 0;
  assertEquals(controller.cwnd, 2);
  assertAlmostEquals(controller.ssthresh, 450, 60);
  assertEquals(story.rounds(3).controller.cwnd, 16);
});

Deno.test("DeliveryRate has its rate back when the time-out was none", () => {
  const story = new Story(new DeliveryRate(new PathMemory())).rounds(8, { capacity: 10_000 });
  const before = rate(story);
  story.send();
  story.controller.onTimeout(story.now, story.inFlight);
  assertLess(rate(story), before / 10);
  story.controller.onUndo(story.now);
  assertGreater(rate(story), 0.9 * before);
});

Deno.test("DeliveryRate believes no rate of a time in which there was too little to send", () => {
  const story = new Story(new DeliveryRate(new PathMemory())).rounds(8, { capacity: 10_000 });
  const before = rate(story);
  for (let round = 0; round < 50; round++) {
    story.send(4).advance(100).ack(4, { isAppLimited: true });
  }
  assertGreater(rate(story), 0.9 * before);
});
