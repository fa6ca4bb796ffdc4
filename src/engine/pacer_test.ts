import { assertAlmostEquals, assertEquals, assertGreater, assertLessOrEqual } from "@std/assert";
import { micros, MILLISECOND, SECOND } from "units";
import { INITIAL_BURST, MAX_BURST, Pacer } from "./pacer.ts";

const TICK = micros(1 * MILLISECOND);

/** Sends as often as the pacer wakes; packets per call, in order. */
function run(pacer: Pacer, ms: number): number[] {
  const sent: number[] = [];
  let now = micros(0);
  while (now < ms * MILLISECOND) {
    const packets = pacer.allowance(now);
    if (packets > 0) sent.push(packets);
    pacer.spend(packets);
    now = micros(Math.max(pacer.nextSend(now, TICK), now + 1));
  }
  return sent;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

Deno.test("Pacer sends rate × tick packets per call, and the rate in all", () => {
  for (const rate of [100, 1_488, 8_000, 12_000]) {
    const pacer = new Pacer();
    pacer.setRate(rate, micros(0));
    const calls = run(pacer, 1_000);
    assertAlmostEquals(sum(calls), rate, 16, `${rate}`);
    const most = Math.max(1, Math.ceil((rate * TICK) / SECOND));
    for (const packets of calls.slice(1)) assertLessOrEqual(packets, most, `${rate}`);
  }
});

Deno.test("Pacer sends at most 16 per call until larger bursts have passed unharmed", () => {
  const pacer = new Pacer();
  pacer.setRate(1_000_000, micros(0));
  assertEquals(Math.max(...run(pacer, 20)), INITIAL_BURST);
  pacer.onPassed(512);
  assertEquals(pacer.burst, 2 * INITIAL_BURST);
  pacer.onPassed(10_000);
  assertEquals(pacer.burst, MAX_BURST);
  pacer.onPassed(1e6);
  assertEquals(pacer.burst, MAX_BURST);
  pacer.onLoss();
  assertEquals(pacer.burst, MAX_BURST / 2);
});

Deno.test("Pacer keeps to the burst it is given", () => {
  const pacer = new Pacer();
  pacer.shape(1, 1);
  pacer.setRate(400, micros(0));
  assertEquals(Math.max(...run(pacer, 500)), 1);
  // Idle time is not saved up.
  assertEquals(pacer.allowance(micros(10 * SECOND)), 1);
});

Deno.test("Pacer holds packets back until a train is complete", () => {
  const pacer = new Pacer();
  pacer.shape(Infinity, INITIAL_BURST);
  pacer.setRate(500, micros(0));
  const calls = run(pacer, 1_000);
  assertEquals(new Set(calls), new Set([INITIAL_BURST]));
  assertGreater(sum(calls), 480);
});
