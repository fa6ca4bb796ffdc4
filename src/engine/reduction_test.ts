import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Reduction } from "./reduction.ts";

Deno.test("Reduction glides from the flight to the target over one round trip", () => {
  const reduction = new Reduction();
  assertEquals(reduction.allowance, 0);
  reduction.begin(100, 50);
  assertEquals(reduction.allowance, 100);
  reduction.onDelivered(50);
  assertEquals(reduction.allowance, 75);
  reduction.onDelivered(49);
  assertAlmostEquals(reduction.allowance, 50.5);
  reduction.onDelivered(1);
  assertEquals(reduction.allowance, 0);
});

Deno.test("Reduction lets one packet leave for two that arrive, as RFC 6937 does", () => {
  const reduction = new Reduction();
  reduction.begin(64, 32);
  let inFlight = 64;
  let sent = 0;
  for (let delivered = 1; delivered <= 32; delivered++) {
    reduction.onDelivered(1);
    inFlight--;
    while (inFlight + 1 <= reduction.allowance) {
      inFlight++;
      sent++;
    }
    assertEquals(sent, Math.floor(delivered / 2));
  }
});

Deno.test("Reduction says nothing once it is taken back, or where nothing is taken away", () => {
  const reduction = new Reduction();
  reduction.begin(100, 50);
  reduction.end();
  assertEquals(reduction.allowance, 0);
  reduction.begin(10, 40);
  assertEquals(reduction.allowance, 10);
});
