import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "random";
import { micros } from "units";
import { Dispersion } from "./dispersion.ts";

/** Trains of 16, ms apart, through a link; some of each train are answered. */
function send(
  trains: number,
  { perSecond, answered = [0, 15], jitter = () => 0 }: {
    perSecond: number;
    answered?: number[];
    jitter?: () => number;
  },
): Dispersion {
  const dispersion = new Dispersion();
  for (let train = 0; train < trains; train++) {
    const sentAt = 5_000 * train;
    for (const place of answered) {
      const time = sentAt + 60_000 + (place * 1e6) / perSecond + jitter();
      dispersion.onAnswered(16 * train + place, micros(sentAt), micros(time));
    }
  }
  return dispersion;
}

Deno.test("Dispersion.capacity is what the slowest link carries, after some trains", () => {
  assertEquals(send(6, { perSecond: 12_000 }).capacity, NaN);
  assertAlmostEquals(send(7, { perSecond: 12_000 }).capacity, 12_000, 1);
  const all = Array.from({ length: 16 }, (_, place) => place);
  assertAlmostEquals(send(8, { perSecond: 12_000, answered: all }).capacity, 12_000, 1);
});

Deno.test("Dispersion keeps trains of far hosts apart from those of near ones", () => {
  const dispersion = new Dispersion();
  const answer = (train: number, place: number, target: number) => {
    const delay = target === 1 ? 200_000 : 20_000;
    const time = 5_000 * train + delay + place * 100;
    dispersion.onAnswered(16 * train + place, micros(5_000 * train), micros(time), target);
  };
  for (let train = 0; train < 40; train++) {
    answer(train, 0, 0);
    // Another host's answer to the same train says nothing, however late.
    answer(train, 14, 1);
    if (train >= 3) {
      answer(train - 3, 15, 0);
    }
  }
  assertAlmostEquals(dispersion.capacity, 10_000, 1);
});

Deno.test("Dispersion.capacity says nothing by answers that are close together", () => {
  assertEquals(send(20, { perSecond: 12_000, answered: [3, 8] }).capacity, NaN);
  assertEquals(send(20, { perSecond: 12_000, answered: [5] }).capacity, NaN);
});

Deno.test("Dispersion.capacity is a median: some trains that were disturbed do not move it", () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const random = new Random(seed);
  const jitter = () => random.chance(0.1) ? 3_000 : 0;
  const { capacity } = send(400, { perSecond: 12_000, jitter });
  assertAlmostEquals(capacity, 12_000, 6_000, `seed ${seed}`);
});
