import { assertAlmostEquals, assertEquals } from "@std/assert";
import { micros, MILLISECOND, SECOND } from "units";
import { MIN_RTO, Rtt } from "./rtt.ts";

Deno.test("Rtt.rto is one second before the first sample", () => {
  assertEquals(new Rtt().rto, micros(SECOND));
});

Deno.test("Rtt follows RFC 6298: first sample, then gains 1/8 and 1/4", () => {
  const rtt = new Rtt();
  rtt.sample(micros(100 * MILLISECOND), micros(0));
  assertEquals(rtt.srtt, micros(100 * MILLISECOND));
  assertEquals(rtt.rttvar, micros(50 * MILLISECOND));
  rtt.sample(micros(200 * MILLISECOND), micros(1));
  assertAlmostEquals(rtt.rttvar, 0.75 * 50_000 + 0.25 * 100_000);
  assertAlmostEquals(rtt.srtt, 112_500);
  assertAlmostEquals(rtt.rto, 112_500 + 4 * 62_500);
});

Deno.test("Rtt.rto does not fall below its floor", () => {
  const rtt = new Rtt();
  for (let i = 0; i < 100; i++) rtt.sample(micros(80), micros(i));
  assertEquals(rtt.rto, micros(MIN_RTO));
});

Deno.test("Rtt.patience covers the largest recent sample, and forgets it", () => {
  const rtt = new Rtt();
  rtt.sample(micros(800 * MILLISECOND), micros(0));
  for (let i = 1; i < 100; i++) rtt.sample(micros(1_000), micros(i));
  assertEquals(rtt.patience, micros(1_000 * MILLISECOND));
  for (let i = 0; i < 3; i++) rtt.sample(micros(1_000), micros((i + 2) * 11 * SECOND));
  assertEquals(rtt.patience, rtt.rto);
});
