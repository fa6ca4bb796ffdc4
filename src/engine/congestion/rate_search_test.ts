/** A search on a path with a rate and a queue, both in numbers: one report per round trip. */
import { assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import { SECOND } from "units";
import { RateSearch } from "./rate_search.ts";

/** Round trip without a queue, µs. */
const ROUND_TRIP = 60_000;

/** Noise of the delay on this path, µs. */
const NOISE = 235;

/** A bottleneck; what was sent in a round comes back in the next. */
class Path {
  /** Packets per second. */
  capacity: number;
  /** Delay by the queue, µs, and the longest one. */
  queue = 0;
  readonly longest: number;
  /** Delay that others keep, µs. */
  others = 0;
  /** Packets lost so far. */
  lost = 0;
  sent = 0;
  disowned = 0;
  #reported = 0;
  #offered: number;

  constructor(capacity: number, packets = 40, offered = 0) {
    this.capacity = capacity;
    this.longest = (packets * SECOND) / capacity;
    this.#offered = offered;
  }

  /** So many round trips. */
  run(search: RateSearch, rounds: number): void {
    for (let i = 0; i < rounds; i++) this.#round(search);
  }

  #round(search: RateSearch): void {
    const before = this.queue;
    const offered = this.#offered;
    this.#offered = search.rate * search.gain;
    const excess = (offered / this.capacity - 1) * ROUND_TRIP;
    const after = Math.max(0, before + excess);
    const packets = (offered * ROUND_TRIP) / SECOND;
    const lost = after > this.longest ? ((after - this.longest) * this.capacity) / SECOND : 0;
    this.queue = Math.min(this.longest, after);
    this.lost += lost;
    this.sent += packets;
    const stood = Math.min(before, this.queue) + this.others - this.#reported;
    const isOthers = search.onReport({
      rate: Math.min(offered + (before * this.capacity) / ROUND_TRIP, this.capacity),
      loss: lost > 0.05 * packets ? lost / packets : 0,
      queue: Math.max(0, stood),
      queueNow: Math.max(0, this.queue + this.others - this.#reported),
      noise: NOISE,
      isForeign: false,
      roundTrip: ROUND_TRIP + this.#reported,
      held: (search.rate * ROUND_TRIP) / SECOND,
    });
    if (!isOthers) return;
    this.disowned++;
    this.#reported = this.others + this.queue;
  }
}

/** A search that begins at a rate. */
function begin(rate: number, aim?: number): RateSearch {
  const search = new RateSearch();
  search.begin(rate, aim);
  return search;
}

Deno.test("RateSearch finds a rate far above in steps that grow, with little loss", () => {
  const search = begin(1_000);
  const path = new Path(12_000, 40, 1_000);
  path.run(search, 60);
  assertAlmostEquals(search.rate, 12_000, 600);
  assertLess(path.lost / path.sent, 0.02);
});

Deno.test("RateSearch stays at a rate once it is found, and loses next to nothing", () => {
  const search = begin(12_000);
  const path = new Path(12_000, 40, 12_000);
  path.run(search, 500);
  assertAlmostEquals(search.rate, 12_000, 200);
  assertLess(path.lost / path.sent, 0.001);
});

Deno.test("RateSearch takes its first step to where it is told", () => {
  const search = begin(9_000, 11_760);
  const path = new Path(12_000, 40, 9_000);
  path.run(search, 4);
  assertAlmostEquals(search.rate, 11_760, 20);
});

Deno.test("RateSearch follows a path that has become slower within a few rounds", () => {
  const search = begin(12_000);
  const path = new Path(3_000, 40, 12_000);
  path.run(search, 8);
  assertLess(search.rate, 3_700);
  path.run(search, 60);
  assertAlmostEquals(search.rate, 3_000, 150);
});

Deno.test("RateSearch follows a path that has become faster within 3 s", () => {
  const search = begin(3_000);
  const path = new Path(12_000, 100, 3_000);
  path.run(search, 50);
  assertGreater(search.rate, 10_000);
});

Deno.test("RateSearch drains a queue of its own", () => {
  const search = begin(12_000);
  const path = new Path(12_000, 400, 12_000);
  path.queue = 20_000;
  path.run(search, 20);
  // What may stand is that of a step.
  assertLess(path.queue, ROUND_TRIP / 60);
  assertEquals(path.disowned, 0);
});

Deno.test("RateSearch gives up draining a queue that others keep, and keeps its rate", () => {
  const search = begin(6_000);
  const path = new Path(12_000, 400, 6_000);
  path.others = 30_000;
  path.run(search, 30);
  assertEquals(path.disowned, 1);
  assertGreater(search.rate, 6_000);
});
