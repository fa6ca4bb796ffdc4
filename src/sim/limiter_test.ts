import { assertEquals } from "@std/assert";
import { micros, SECOND } from "units";
import { type Limiter, makeLimiter } from "./limiter.ts";

/** How many of `count` packets, evenly spread over `seconds`, pass. */
function passed(limiter: Limiter, count: number, seconds: number): number {
  let passes = 0;
  for (let i = 0; i < count; i++) {
    if (limiter.allow(micros((i * seconds * SECOND) / count))) passes++;
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
  const times = [0.1, 0.2, 0.3, 0.9, 1.0, 1.5, 1.6, 3.2];
  const seen = times.map((time) => comb.allow(micros(time * SECOND)));
  assertEquals(seen, [true, true, false, false, true, true, false, true]);
});
