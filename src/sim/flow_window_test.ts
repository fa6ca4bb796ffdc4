import { assertAlmostEquals, assertEquals, assertGreater } from "@std/assert";
import { micros, SECOND } from "units";
import { type FlowWindow, makeFlowWindow } from "./flow_window.ts";

const RTT = 50_000;

/** Lets rounds pass in which every segment of the window is delivered. */
function pass(window: FlowWindow, rounds: number, from = 0): void {
  for (let round = 0; round < rounds; round++) {
    const segments = Math.floor(window.size);
    for (let i = 0; i < segments; i++) {
      window.onDelivered(1, micros(from + (round + i / segments) * RTT), RTT);
    }
  }
}

for (const rule of ["reno", "cubic"] as const) {
  Deno.test(`${rule} doubles per round until the first loss, and never again by itself`, () => {
    const window = makeFlowWindow(rule);
    pass(window, 3);
    assertEquals(window.size, 80);
    window.onReduction();
    const reduced = window.size;
    assertAlmostEquals(reduced, rule === "reno" ? 40 : 56, 1e-9);
    window.onTimeout();
    assertEquals(window.size, 1);
    pass(window, 4);
    assertGreater(window.size, 15);
  });
}

Deno.test("reno grows by one segment per round after a loss", () => {
  const window = makeFlowWindow("reno");
  pass(window, 3);
  window.onReduction();
  pass(window, 10);
  assertAlmostEquals(window.size, 50, 0.4);
});

Deno.test("cubic follows C (t - K)³ + W around the window of the last loss (RFC 9438)", () => {
  const window = makeFlowWindow("cubic");
  pass(window, 7);
  assertEquals(window.size, 1_280);
  window.onReduction();
  const k = Math.cbrt((1_280 * 0.3) / 0.4);
  const start = 1 * SECOND;
  for (const seconds of [2, 5, k, k + 3]) {
    const grown = makeFlowWindow("cubic");
    pass(grown, 7);
    grown.onReduction();
    pass(grown, Math.round((seconds * SECOND) / RTT), start);
    const expected = 0.4 * (seconds - k) ** 3 + 1_280;
    assertAlmostEquals(grown.size / expected, 1, 0.01, `after ${seconds} s`);
  }
});

Deno.test("cubic is as fast as Reno where Reno is faster: short round trips, small windows", () => {
  const window = makeFlowWindow("cubic");
  pass(window, 1);
  window.onReduction();
  // 0.529 segments per round (RFC 9438 §4.3), which is far more than the cubic gives here.
  pass(window, 8);
  assertAlmostEquals(window.size, 14 + 8 * 0.529, 0.4);
});
