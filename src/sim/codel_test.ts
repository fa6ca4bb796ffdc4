import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { micros, MILLISECOND, SECOND } from "units";
import { Codel } from "./codel.ts";

/** Times of the signals when a packet's turn comes each ms after waiting `wait(time)` ms. */
function signals(wait: (ms: number) => number, codel = new Codel({})): number[] {
  const times: number[] = [];
  for (let ms = 0; ms < 5_000; ms++) {
    if (codel.judge(wait(ms) * MILLISECOND, micros(ms * MILLISECOND), 120)) times.push(ms);
  }
  return times;
}

Deno.test("Codel.judge() says nothing while waits are short, or long for a moment only", () => {
  assertEquals(signals(() => 4.9), []);
  assertEquals(signals((ms) => ms % 100 === 99 ? 1 : 300), []);
});

Deno.test("Codel.judge() signals after an interval, then more and more often", () => {
  const times = signals(() => 20);
  assertEquals(times[0], 100);
  assertEquals(times[1], 200);
  // Steps of 100 ms / √n (RFC 8289 §5.5), on the grid of the packets.
  assertEquals(times.slice(2, 5), [271, 329, 379]);
  assertGreater(times.length, 300);
});

Deno.test("Codel.judge() ends when the wait is short again and resumes where it was", () => {
  const times = signals((ms) => ms >= 2_000 && ms < 2_010 ? 0 : 20);
  const before = times.filter((ms) => ms < 2_000);
  const after = times.filter((ms) => ms >= 2_000);
  assertEquals(after[0], 2_110);
  assertLess(after[1]! - after[0]!, 30, "it remembers that it had to act often");
  assertGreater(before.length, 50);
});

Deno.test("Codel.judge() never asks for less than a full frame's time", () => {
  const codel = new Codel({});
  for (let at = 0; at < 10 * SECOND; at += 20 * MILLISECOND) {
    assertEquals(codel.judge(11 * MILLISECOND, micros(at), 12 * MILLISECOND), false);
  }
});
