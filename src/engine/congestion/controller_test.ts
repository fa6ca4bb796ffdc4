/** Conformance: what every controller must do, whatever its rule. */
import { assertEquals, assertGreater, assertGreaterOrEqual, assertLess } from "@std/assert";
import { assertThrows } from "@std/assert";
import { Random } from "random";
import { Story } from "../../../test/support/controller_story.ts";
import { PathMemory } from "../path.ts";
import { type Controller, INITIAL_WINDOW, MIN_WINDOW } from "./controller.ts";
import { type ControllerName, CONTROLLERS, makeController } from "./registry.ts";

/** Arguments for those that need one. */
const TIMINGS: Partial<Record<ControllerName, string>> = {
  fixed: "fixed:40",
  paced: "paced:400:8",
};

/** Those that do what they are told, not what the path can carry. */
const OBEDIENT = new Set(["fixed", "paced"]);

const NAMES = Object.keys(CONTROLLERS) as ControllerName[];

for (const name of NAMES) {
  const make = (path?: PathMemory): Controller => makeController(TIMINGS[name] ?? name, path);
  const isObedient = OBEDIENT.has(name);

  Deno.test(`${name} keeps its window at or above the smallest, whatever is lost`, () => {
    const story = new Story(make());
    for (let i = 0; i < 60; i++) {
      story.send(Math.max(1, Math.floor(story.controller.cwnd))).advance(100).lose(1);
      assertGreaterOrEqual(story.controller.cwnd, MIN_WINDOW);
      story.controller.onTimeout(story.now, story.inFlight);
      assertGreaterOrEqual(story.controller.cwnd, MIN_WINDOW);
    }
  });

  Deno.test(`${name} has a finite window and a positive rate at all times`, () => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    const random = new Random(seed);
    const story = new Story(make(), 20);
    for (let i = 0; i < 3_000; i++) {
      const room = Math.min(story.controller.cwnd, 500) - story.inFlight;
      story.send(Math.floor(room)).advance(random.below(30));
      const details = { rttMs: 20 + random.below(20) };
      if (story.inFlight > 0) story.ack(1 + random.below(story.inFlight), details);
      if (random.chance(0.02) && story.inFlight > 0) story.lose(1);
      if (random.chance(0.01)) story.controller.onMark(story.now, story.inFlight);
      if (random.chance(0.01)) story.controller.onTimeout(story.now, story.inFlight);
      if (random.chance(0.01)) story.controller.onUndo(story.now);
      const { cwnd } = story.controller;
      assertEquals(Number.isFinite(cwnd) && cwnd > 0, true, `seed ${seed}`);
      const rate = story.controller.pacingRate(20_000);
      assertEquals(Number.isFinite(rate) && rate > 0, true, `seed ${seed}`);
    }
  });

  Deno.test(`${name} does not grow its window above its use`, () => {
    const { controller } = new Story(make()).send(2).advance(100).ack(1);
    const before = controller.cwnd;
    const story = new Story(controller);
    for (let i = 0; i < 500; i++) {
      story.send(2).advance(100).ack(2, { isAppLimited: true });
    }
    assertEquals(controller.cwnd, before);
  });

  const reaction = isObedient ? "does not slow down" : "slows down";
  Deno.test(`${name} ${reaction} when nothing returns`, () => {
    const story = new Story(make()).rounds(5);
    const before = story.controller.pacingRate(100_000);
    story.send();
    story.controller.onTimeout(story.now, story.inFlight);
    const after = story.controller.pacingRate(100_000);
    if (isObedient) assertEquals(after, before);
    else assertLess(after, before / 2);
  });

  if (isObedient) continue;

  Deno.test(`${name} begins with the initial window, paced over a round trip`, () => {
    const controller = make();
    assertEquals(controller.cwnd, INITIAL_WINDOW);
    assertEquals(controller.pacingRate(100_000), INITIAL_WINDOW * 10);
  });

  Deno.test(`${name} fills a path of 3,000 packets within 12 rounds`, () => {
    const story = new Story(make());
    for (let round = 0; round < 12 && story.controller.cwnd < 3_000; round++) story.rounds(1);
    assertGreaterOrEqual(story.controller.cwnd, 3_000);
  });

  Deno.test(`${name} takes a mark for a sign of a full queue`, () => {
    const story = new Story(make()).rounds(3).send();
    const before = story.controller.pacingRate(100_000);
    story.controller.onMark(story.now, story.inFlight);
    assertLess(story.controller.pacingRate(100_000), before);
  });

  Deno.test(`${name} tells its path where the limit was, and believes what it is told`, () => {
    const path = new PathMemory();
    const story = new Story(make(path)).rounds(5).send();
    story.controller.onMark(story.now, story.inFlight);
    assertLess(path.ssthresh, 10_000);
    const next = new Story(make(path)).rounds(20);
    assertGreater(next.controller.cwnd, INITIAL_WINDOW);
    assertEquals(next.controller.ssthresh, path.ssthresh);
  });
}

Deno.test("makeController() refuses unknown names and bad arguments", () => {
  const bad = ["vega", "", "reno:3", "reno:", "fixed", "fixed:1", "fixed:x", "constructor"];
  const badPaces = ["paced", "paced:", "paced:0", "paced:x", "paced:9:0", "paced:9:65", "paced:9:"];
  for (const timing of [...bad, ...badPaces]) {
    assertThrows(() => makeController(timing), RangeError, "Cannot use", timing);
  }
});
