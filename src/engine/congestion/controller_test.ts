/** Conformance: what every controller must do, whatever its rule; then each one's own story. */
import { assertEquals, assertGreater, assertGreaterOrEqual, assertLess } from "@std/assert";
import { micros } from "units";
import { type Ack, type Controller, MIN_WINDOW } from "./controller.ts";
import { CONTROLLERS, makeController } from "./registry.ts";
import { assertThrows } from "@std/assert";

/** Arguments for those that need one. */
const ARGUMENTS: Record<string, string> = { fixed: "fixed:40" };

function ack(controller: Controller, packets: number, inFlight = controller.cwnd): void {
  const event: Ack = {
    now: micros(0),
    packets,
    rtt: 20_000,
    minRtt: 20_000,
    srtt: 20_000,
    inFlight,
  };
  controller.onAck(event);
}

for (const name of Object.keys(CONTROLLERS)) {
  const make = () => makeController(ARGUMENTS[name] ?? name);

  Deno.test(`${name} keeps its window at or above the smallest, whatever is lost`, () => {
    const controller = make();
    for (let i = 0; i < 50; i++) {
      controller.onLoss(micros(i), controller.cwnd);
      assertGreaterOrEqual(controller.cwnd, MIN_WINDOW);
    }
    controller.onTimeout(micros(99), controller.cwnd);
    assertGreaterOrEqual(controller.cwnd, MIN_WINDOW);
  });

  Deno.test(`${name} has a finite window and a positive pacing gain at all times`, () => {
    const controller = make();
    for (let i = 0; i < 1_000; i++) {
      ack(controller, 10);
      if (i % 100 === 99) controller.onLoss(micros(i), controller.cwnd);
      assertEquals(Number.isFinite(controller.cwnd), true);
      assertGreater(controller.pacingGain, 0);
    }
  });

  Deno.test(`${name} does not grow its window above its use`, () => {
    const controller = make();
    const before = controller.cwnd;
    for (let i = 0; i < 1_000; i++) ack(controller, 1, 1);
    assertEquals(controller.cwnd, before);
  });
}

Deno.test("Reno doubles per round in slow start, halves on loss, then adds one per round", () => {
  const reno = makeController("reno");
  const start = reno.cwnd;
  ack(reno, start);
  assertEquals(reno.cwnd, 2 * start);
  reno.onLoss(micros(1), reno.cwnd);
  assertEquals(reno.cwnd, start);
  ack(reno, start);
  assertEquals(reno.cwnd, start + 1);
});

Deno.test("Reno takes a reduction back when the loss was none", () => {
  const reno = makeController("reno");
  ack(reno, 32);
  reno.onLoss(micros(1), 64);
  assertLess(reno.cwnd, 64);
  reno.onUndo(micros(2));
  assertEquals(reno.cwnd, 64);
});

Deno.test("makeController() refuses unknown names and bad windows", () => {
  for (const bad of ["vega", "", "reno:3", "fixed", "fixed:1", "fixed:x", "constructor"]) {
    assertThrows(() => makeController(bad), RangeError, "Cannot use");
  }
});
