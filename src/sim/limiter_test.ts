import { assertEquals, assertGreater } from "@std/assert";
import { micros, SECOND } from "units";
import { Random } from "random";
import { type Limiter, type LimiterOptions, makeLimiter as make } from "./limiter.ts";

function makeLimiter(options: LimiterOptions): Limiter {
  return make(options, new Random(1));
}

/** How many of `count` packets, evenly spread over `seconds`, pass. */
function passed(limiter: Limiter, count: number, seconds: number): number {
  let passes = 0;
  for (let i = 0; i < count; i++) {
    if (limiter.allow(micros((i * seconds * SECOND) / count), 1)) passes++;
  }
  return passes;
}

Deno.test("TokenBucket.allow() lets the burst through, then the rate", () => {
  const limiter = makeLimiter({ kind: "token-bucket", rate: 400, burst: 40 });
  assertEquals(passed(limiter, 10_000, 10), 40 + 3_999);
});

Deno.test("TokenBucket.allow() lets everything through below its rate", () => {
  const limiter = makeLimiter({ kind: "token-bucket", rate: 400, burst: 1 });
  assertEquals(passed(limiter, 4_000, 10), 4_000);
});

Deno.test("SecondCounter.allow() lets the first of each second through", () => {
  const limiter = makeLimiter({ kind: "second-counter", limit: 200 });
  assertEquals(passed(limiter, 5_000, 5), 1_000);
  const comb = makeLimiter({ kind: "second-counter", limit: 2 });
  const times = [0.1, 0.2, 0.3, 1.0, 1.1, 1.5, 2.0, 3.2];
  const seen = times.map((time) => comb.allow(micros(time * SECOND), 1));
  assertEquals(seen, [true, true, false, false, true, true, false, true]);
});

Deno.test("SecondCounter.allow() draws its limit anew after a second that exceeded it", () => {
  const limiter = makeLimiter({ kind: "second-counter", limit: 200, jitter: 16 });
  const counts: number[] = [];
  for (let second = 0; second < 200; second++) {
    let count = 0;
    for (let i = 0; i < 300; i++) {
      if (limiter.allow(micros(second * SECOND + i * 3_000), 1)) count++;
    }
    counts.push(count);
  }
  assertEquals(counts[0], 200);
  assertEquals(counts.every((count) => count >= 184 && count <= 216), true);
  assertGreater(new Set(counts).size, 25);
});
