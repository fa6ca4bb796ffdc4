import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "random";
import { micros, MILLISECOND, SECOND } from "units";
import { LinuxIcmpLimiter } from "./linux_icmp_limiter.ts";

Deno.test("LinuxIcmpLimiter.allow() gives one address six errors, then one per second", () => {
  const limiter = new LinuxIcmpLimiter(new Random(1));
  const start = 100 * SECOND;
  let burst = 0;
  for (let i = 0; i < 50; i++) if (limiter.allow(micros(start + i * 1_000), 7)) burst++;
  assertEquals(burst, 6);
  let later = 0;
  for (let ms = 50; ms < 10_050; ms += 10) {
    if (limiter.allow(micros(start + ms * MILLISECOND), 7)) later++;
  }
  assertEquals(later, 10);
});

Deno.test("LinuxIcmpLimiter.allow() limits all addresses together", () => {
  const limiter = new LinuxIcmpLimiter(new Random(1));
  let burst = 0;
  for (let remote = 0; remote < 1_000; remote++) {
    if (limiter.allow(micros(10 * SECOND), remote)) burst++;
  }
  // 50 credits, and a message costs one on average.
  assertAlmostEquals(burst, 50, 15);
  let passed = 0;
  for (let i = 0; i < 40_000; i++) {
    if (limiter.allow(micros(11 * SECOND + i * 250), 2_000 + i)) passed++;
  }
  assertAlmostEquals(passed, 10_000, 500);
});

Deno.test("LinuxIcmpLimiter.allow() takes nothing from others for what one is denied", () => {
  const limiter = new LinuxIcmpLimiter(new Random(1));
  for (let i = 0; i < 10_000; i++) limiter.allow(micros(10 * SECOND), 7);
  let others = 0;
  for (let remote = 100; remote < 110; remote++) {
    if (limiter.allow(micros(10 * SECOND + 1), remote)) others++;
  }
  assertEquals(others, 10);
});
