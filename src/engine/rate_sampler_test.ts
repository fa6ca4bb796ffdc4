import { assertAlmostEquals, assertEquals } from "@std/assert";
import { micros, MILLISECOND } from "units";
import { Fate, Flight, NO_SERIAL } from "./flight.ts";
import { RateSampler } from "./rate_sampler.ts";

/** Sends and answers at times given in ms. */
class Path {
  readonly flight = new Flight();
  readonly sampler = new RateSampler();

  send(ms: number): number {
    const now = micros(ms * MILLISECOND);
    const serial = this.flight.addProbe(0, now, 0, NO_SERIAL);
    this.sampler.onSent(this.flight, serial, now);
    return serial;
  }

  /** An answer that shows so many packets to be delivered; packets per second. */
  answer(serial: number, ms: number, packets = 1): number {
    this.flight.close(serial, Fate.ANSWERED);
    this.flight.releaseBefore(serial);
    const time = micros(ms * MILLISECOND);
    this.sampler.onAnswered(this.flight, serial, { packets, time, minRtt: 0 });
    return this.sampler.rate;
  }
}

Deno.test("RateSampler measures what a bottleneck lets through, not what was offered", () => {
  const path = new Path();
  // 40 packets at once; the bottleneck passes one a millisecond.
  const serials = Array.from({ length: 40 }, () => path.send(0));
  let rate = NaN;
  for (const serial of serials) rate = path.answer(serial, 20 + serial);
  assertAlmostEquals(rate, 40 / 0.059, 1);
  // From then on each answer lets a packet go.
  for (let n = 0; n < 40; n++) serials.push(path.send(60 + n));
  for (let n = 0; n < 40; n++) rate = path.answer(serials[40 + n]!, 80 + n);
  assertAlmostEquals(rate, 1_000 * 40 / 59, 1);
});

Deno.test("RateSampler is not fooled by answers that arrive in a bunch", () => {
  const path = new Path();
  const serials: number[] = [];
  for (let ms = 0; ms < 100; ms++) serials.push(path.send(ms));
  for (let n = 0; n < 50; n++) path.answer(serials[n]!, 20 + n);
  // The last fifty come at once: their sending took time all the same.
  let rate = NaN;
  for (let n = 50; n < 100; n++) rate = path.answer(serials[n]!, 120);
  assertEquals(rate <= 1_001, true, `${rate}`);
});

Deno.test("RateSampler marks samples of a flow that had nothing to send", () => {
  const path = new Path();
  const first = path.send(0);
  path.sampler.onAppLimited(path.flight.outstanding);
  const second = path.send(1);
  path.answer(first, 20);
  assertEquals(path.sampler.isAppLimited, false);
  path.answer(second, 21);
  assertEquals(path.sampler.isAppLimited, true);
  const third = path.send(22);
  path.answer(third, 42);
  assertEquals(path.sampler.isAppLimited, false);
});

Deno.test("RateSampler begins a round with the first answer to what left in the one before", () => {
  const path = new Path();
  const rounds: boolean[] = [];
  let serials = Array.from({ length: 4 }, () => path.send(0));
  for (let round = 0; round < 3; round++) {
    const next: number[] = [];
    for (const serial of serials) {
      path.answer(serial, 10 * (round + 1));
      rounds.push(path.sampler.isRoundStart);
      next.push(path.send(10 * (round + 1)));
    }
    serials = next;
  }
  const round = [true, false, false, false];
  assertEquals(rounds, [...round, ...round, ...round]);
});
