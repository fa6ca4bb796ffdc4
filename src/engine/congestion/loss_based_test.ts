/** Stories of the window algorithms, with figures from their papers. */
import {
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertGreaterOrEqual,
  assertLess,
} from "@std/assert";
import { Story } from "../../../test/support/controller_story.ts";
import { type Controller, MIN_WINDOW } from "./controller.ts";
import { makeController } from "./registry.ts";

/** A controller that has lost once, at a window of `cwnd`. */
function afterLossAt(timing: string, cwnd: number): Story {
  const story = new Story(makeController(timing));
  while (story.controller.cwnd < cwnd) {
    story.send().advance(100).ack(Math.min(story.inFlight, cwnd - story.controller.cwnd));
  }
  return story.send().lose(1).ack(story.inFlight);
}

/** The window after each of so many rounds. */
function windows(story: Story, rounds: number): number[] {
  return Array.from({ length: rounds }, () => story.rounds(1).controller.cwnd);
}

Deno.test("Reno doubles per round in slow start, halves on loss, then adds one per round", () => {
  const story = new Story(makeController("reno"));
  assertEquals(story.rounds(1).controller.cwnd, 64);
  assertEquals(story.rounds(1).controller.cwnd, 128);
  story.send().lose(1);
  assertEquals(story.controller.cwnd, 64);
  story.ack(story.inFlight);
  const before = story.controller.cwnd;
  assertAlmostEquals(story.rounds(10).controller.cwnd, before + 10, 0.2);
});

Deno.test("Reno takes a reduction back when the loss was none", () => {
  const story = new Story(makeController("reno")).rounds(2).send().lose(1);
  assertEquals(story.controller.cwnd, 64);
  story.controller.onUndo(story.now);
  assertEquals(story.controller.cwnd, 128);
  assertEquals(story.controller.ssthresh, Infinity);
});

Deno.test("Reno begins with one packet after a time-out and doubles up to half the flight", () => {
  const story = new Story(makeController("reno")).rounds(2).send(128);
  story.controller.onTimeout(story.now, story.inFlight);
  assertEquals([story.controller.cwnd, story.controller.ssthresh], [1, 64]);
  story.inFlight = 0;
  assertEquals(story.rounds(3).controller.cwnd, 8);
});

Deno.test("a window below one packet grows by shares, not by packets", () => {
  const story = new Story(makeController("reno")).send(1).ack(1);
  for (let i = 0; i < 20; i++) story.send(1).lose(1);
  assertEquals(story.controller.cwnd, MIN_WINDOW);
  const { controller } = story;
  assertEquals(controller.pacingRate(1_000_000), 1.25 * MIN_WINDOW);
  story.send(1).ack(1);
  assertAlmostEquals(controller.cwnd, MIN_WINDOW * (1 + 1 / 4), 1e-9);
});

Deno.test("Scalable adds 0.01 per packet and gives up an eighth", () => {
  const story = afterLossAt("scalable", 800);
  const { controller } = story;
  assertAlmostEquals(controller.ssthresh, 700, 1);
  const before = controller.cwnd;
  story.send().ack(300);
  assertAlmostEquals(controller.cwnd, before + 3, 0.01);
  // Recovery takes the same number of rounds at any speed: log 8/7 / log 1.01, 13 or 14.
  for (const cwnd of [400, 4_000]) {
    const other = afterLossAt("scalable", cwnd);
    let rounds = 0;
    for (; other.controller.cwnd < cwnd; rounds++) other.rounds(1);
    assertGreaterOrEqual(rounds, 11, `${cwnd}`);
    assertLess(rounds, 15, `${cwnd}`);
  }
});

Deno.test("BIC gives up an eighth, not four fifths", () => {
  const story = afterLossAt("bic", 800);
  assertAlmostEquals(story.controller.ssthresh, 800 * (1 - 0.125), 1);
});

Deno.test("BIC searches by halves: half of what is left, at most 32 a round, then beyond", () => {
  const story = afterLossAt("bic", 1_600);
  const steps: number[] = [];
  let last = story.controller.cwnd;
  for (const cwnd of windows(story, 12)) {
    steps.push(cwnd - last);
    last = cwnd;
  }
  // 1,400 → 1,600: 32 a round while more than 64 are left, then half of the rest a round trip.
  assertAlmostEquals(steps[0]!, 32, 0.5);
  assertAlmostEquals(steps[2]!, 32, 0.5);
  for (let round = 6; round < 12; round++) {
    assertAlmostEquals(steps[round]! / steps[round - 1]!, Math.exp(-0.5), 0.02);
  }
  assertGreater(story.rounds(80).controller.cwnd, 1_700);
});

Deno.test("BIC leaves room for newcomers: a second loss below the first lowers its aim", () => {
  const story = afterLossAt("bic", 800).send();
  const { cwnd } = story.controller;
  assertLess(cwnd, 800);
  story.lose(1);
  story.ack(story.inFlight);
  // The aim is half way between the window of the loss and seven eighths of it.
  const reached = windows(story, 8);
  assertLess(reached[7]! - reached[6]!, 1);
  assertAlmostEquals(reached[7]!, (cwnd * (1 + 7 / 8)) / 2, 2);
});

Deno.test("BIC takes its memory back with the reduction", () => {
  const story = afterLossAt("bic", 800).rounds(3).send();
  const before = story.controller.cwnd;
  story.lose(1);
  story.controller.onUndo(story.now);
  assertEquals(story.controller.cwnd, before);
  story.ack(story.inFlight);
  // The aim is 800 again, and not the window of the loss that was none.
  assertGreater(story.rounds(2).controller.cwnd, before + 1);
});

/** Vegas in avoidance at a window of about 64. */
function vegas(): Story {
  return afterLossAt("vegas", 128).rounds(1);
}

/** Round trip, ms, with which a window has so many packets in queues. */
function rttFor(controller: Controller, queued: number): number {
  return 100 * controller.cwnd / (controller.cwnd - queued);
}

Deno.test("Vegas grows below α, shrinks above β, one packet per round", () => {
  const story = vegas();
  const { controller } = story;
  const start = controller.cwnd;
  story.rounds(5);
  assertAlmostEquals(controller.cwnd, start + 5, 1.01);
  const rttMs = rttFor(controller, 10);
  story.rounds(2, { rttMs });
  const high = controller.cwnd;
  story.rounds(3, { rttMs });
  assertAlmostEquals(controller.cwnd, high - 3, 0.01);
});

Deno.test("Vegas holds its window while 2 to 4 packets are queued", () => {
  const story = vegas();
  const rttMs = rttFor(story.controller, 3);
  story.rounds(2, { rttMs });
  const { cwnd } = story.controller;
  story.rounds(50, { rttMs });
  assertEquals(story.controller.cwnd, cwnd);
});

Deno.test("Vegas ends slow start when a packet of its own is queued", () => {
  const story = new Story(makeController("vegas")).rounds(2);
  story.rounds(2, { rttMs: 103 });
  assertLess(story.controller.ssthresh, 600);
});

Deno.test("CUBIC gives up 30 % and is back after K seconds", () => {
  const story = afterLossAt("cubic", 1_000);
  const { controller } = story;
  assertAlmostEquals(controller.ssthresh, 700, 1);
  // K = ∛(W × 0.3 / C) = ∛750 = 9.1 s: RFC 9438, equation (2).
  const rounds = 91;
  story.rounds(rounds / 2);
  assertGreater(controller.cwnd, 900);
  assertLess(controller.cwnd, 1_000);
  story.rounds(rounds / 2 + 1);
  assertAlmostEquals(controller.cwnd, 1_000, 5);
  story.rounds(rounds);
  assertGreater(controller.cwnd, 1_150);
});

Deno.test("CUBIC is no slower than Reno on a short path", () => {
  const cubic = afterLossAt("cubic", 40);
  const start = cubic.controller.cwnd;
  const short = new Story(cubic.controller, 5).rounds(60);
  // Reno with β 0.7 adds 3 (1 − β) / (1 + β) = 0.53 a round; the cubic function only 0.01 in 0.3 s.
  assertGreaterOrEqual(short.controller.cwnd, start + 20);
});

Deno.test("CUBIC lowers its aim when it loses below the window of the loss before", () => {
  const story = afterLossAt("cubic", 1_000).send().lose(1);
  story.ack(story.inFlight);
  // Aim 700 × (1 + 0.7) / 2 = 595 from 490: K = ∛(105 / 0.4) = 6.4 s.
  story.rounds(70);
  assertAlmostEquals(story.controller.cwnd, 595, 5);
});

Deno.test("slow start ends when the round trip grows, before anything is lost", () => {
  const story = new Story(makeController("reno")).rounds(4);
  for (let round = 0; round < 8; round++) story.rounds(1, { rttMs: 110 });
  assertLess(story.controller.ssthresh, 32 * 2 ** 8);
  assertLess(story.controller.cwnd, 32 * 2 ** 4 * 4);
});

Deno.test("slow start goes on when the round trip falls again", () => {
  const story = new Story(makeController("reno")).rounds(3).rounds(1, { rttMs: 110 });
  assertEquals(story.rounds(3).controller.ssthresh, Infinity);
  assertGreater(story.controller.cwnd, 32 * 2 ** 6);
});
