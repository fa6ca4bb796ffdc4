import { assertEquals } from "@std/assert";
import { micros } from "units";
import { Fate, Flight, NO_SERIAL } from "./flight.ts";

/** Fills a flight: `p` a first try, `r` a retry, `T` a trigger. */
function fly(plan: string): Flight {
  const flight = new Flight();
  for (const letter of plan) {
    if (letter === "T") flight.addTrigger(0, micros(0));
    else flight.addProbe(0, micros(0), letter === "r" ? 1 : 0, NO_SERIAL);
  }
  return flight;
}

Deno.test("Flight.releaseBefore() frees the slots of probes, those of triggers stay", () => {
  const flight = fly("pprTppT");
  flight.close(1, Fate.ANSWERED);
  assertEquals({ ...flight.releaseBefore(6) }, { packets: 4, firstTries: 3 });
  assertEquals([flight.outstanding, flight.fate(0), flight.fate(1)], [
    2,
    Fate.RELEASED,
    Fate.ANSWERED,
  ]);
  assertEquals(flight.releaseBefore(6).packets, 0);
});

Deno.test("Flight.batchOf() counts back to the trigger before, whatever has become of them", () => {
  const flight = fly("pprTppT");
  flight.close(1, Fate.ANSWERED);
  flight.releaseBefore(6);
  assertEquals({ ...flight.batchOf(3) }, { packets: 3, firstTries: 2 });
  assertEquals({ ...flight.batchOf(6) }, { packets: 2, firstTries: 2 });
});

Deno.test("Flight.releaseOverdue() frees what has left the network by time alone", () => {
  const flight = fly("ppp");
  flight.releaseOverdue(micros(10), micros(10));
  assertEquals([flight.outstanding, flight.fate(0)], [0, Fate.RELEASED]);
});

Deno.test("Flight keeps its records when it grows", () => {
  const flight = new Flight();
  const count = 10_000;
  for (let n = 0; n < count; n++) {
    const serial = flight.addProbe(n, micros(n), n % 16, NO_SERIAL);
    flight.stamp(serial, { delivered: 1.5 * n, isAppLimited: n % 2 === 1 });
  }
  const progress = { delivered: 0, isAppLimited: false };
  for (const serial of [0, 4_095, 4_096, count - 1]) {
    assertEquals([flight.pair(serial), flight.sentAt(serial)], [serial, micros(serial)]);
    flight.readStamp(serial, progress);
    assertEquals(progress, { delivered: 1.5 * serial, isAppLimited: serial % 2 === 1 });
  }
});
