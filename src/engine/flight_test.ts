import { assertEquals } from "@std/assert";
import { micros } from "units";
import { Fate, Flight, NO_SERIAL } from "./flight.ts";

/** Fills a flight: `p` a probe, `T` a trigger. */
function fly(plan: string): Flight {
  const flight = new Flight();
  for (const letter of plan) {
    if (letter === "T") flight.addTrigger(0, micros(0));
    else flight.addProbe(0, micros(0), 0, NO_SERIAL);
  }
  return flight;
}

Deno.test("Flight.releaseBefore() frees slots and credits what has passed for sure", () => {
  const flight = fly("pppTppT");
  flight.close(3, Fate.ANSWERED);
  assertEquals([flight.releaseBefore(3), flight.credited, flight.outstanding], [3, 3, 3]);
  flight.close(6, Fate.ANSWERED);
  assertEquals([flight.releaseBefore(6), flight.credited, flight.outstanding], [2, 2, 0]);
});

Deno.test("Flight doubts the batch of a trigger that was passed over, until it answers", () => {
  const flight = fly("pppTppT");
  flight.close(6, Fate.ANSWERED);
  assertEquals([flight.releaseBefore(6), flight.credited], [5, 2]);
  assertEquals(flight.fate(0), Fate.DOUBTFUL);
  assertEquals(flight.fate(4), Fate.RELEASED);
  flight.close(3, Fate.ANSWERED);
  assertEquals([flight.clearDoubt(3), flight.clearDoubt(3)], [3, 0]);
});

Deno.test("Flight keeps its records when it grows", () => {
  const flight = new Flight();
  const count = 10_000;
  for (let n = 0; n < count; n++) {
    const serial = flight.addProbe(n, micros(n), n % 16, NO_SERIAL);
    const progress = { delivered: 2 * n, deliveredAt: n, firstSentAt: n / 2, isAppLimited: true };
    flight.stamp(serial, progress);
  }
  const progress = { delivered: 0, deliveredAt: 0, firstSentAt: 0, isAppLimited: false };
  for (const serial of [0, 4_095, 4_096, count - 1]) {
    assertEquals([flight.pair(serial), flight.sentAt(serial)], [serial, micros(serial)]);
    flight.readStamp(serial, progress);
    assertEquals(progress.delivered, 2 * serial);
    assertEquals([progress.firstSentAt, progress.isAppLimited], [serial / 2, true]);
  }
});
