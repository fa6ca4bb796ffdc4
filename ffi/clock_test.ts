import { assertAlmostEquals, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { SECOND } from "units";
import { Clock } from "./clock.ts";
import "./testing.ts";

/** The two halves of a CLOCK_REALTIME stamp that lies `offset` µs after the clock's last sample. */
function stamp(clock: Clock, offset: number): [seconds: number, microseconds: number] {
  const realtime = clock.sync() + clock.realtimeAhead + offset;
  return [Math.floor(realtime / SECOND), realtime % SECOND];
}

Deno.test("Clock.now() never goes back and counts whole microseconds", () => {
  const clock = new Clock();
  let before = clock.now();
  for (let reading = 0; reading < 1_000; reading++) {
    const now = clock.now();
    assertGreaterOrEqual(now, before);
    assertEquals(now, Math.floor(now));
    before = now;
  }
});

Deno.test("Clock.realtimeAhead turns monotonic times into wall-clock times", () => {
  const clock = new Clock();
  const wall = (clock.now() + clock.realtimeAhead) / 1_000;
  assertAlmostEquals(wall, Date.now(), 5_000);
});

Deno.test("Clock.fromRealtime() converts a stamp by the last sample", () => {
  const clock = new Clock();
  const [seconds, microseconds] = stamp(clock, 500);
  const expected = seconds * SECOND + microseconds - clock.realtimeAhead;
  assertAlmostEquals(clock.fromRealtime(seconds, microseconds), expected, 1);
});

Deno.test("Clock.fromRealtime() does not believe stamps from before a change of the time", () => {
  const clock = new Clock();
  const before = clock.sync();
  const past = stamp(clock, -3_600 * SECOND);
  assertEquals(clock.fromRealtime(...past), before);
  const future = stamp(clock, 3_600 * SECOND);
  const now = clock.now();
  assertGreaterOrEqual(now, clock.fromRealtime(...future));
});
