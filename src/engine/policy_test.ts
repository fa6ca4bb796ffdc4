import { assertEquals } from "@std/assert";
import { micros, MILLISECOND } from "units";
import { LossEstimate } from "./loss_estimate.ts";
import { ReplyClass } from "./outcomes.ts";
import { type Facts, silencesFor, spacingFor } from "./policy.ts";

const LIMITS = { maxError: 0.01, minSilences: 2, maxRetries: 10 };

function factsOf(changes: Partial<Facts>): Facts {
  return {
    loss: new LossEstimate(),
    answered: 10,
    srtt: micros(20 * MILLISECOND),
    longestLossBurst: micros(0),
    onePort: false,
    ...changes,
  };
}

/** So many triggers answered and lost. */
function lossOf(replyClass: ReplyClass, answered: number, lost: number): LossEstimate {
  const loss = new LossEstimate();
  for (let i = 0; i < answered; i++) loss.addAnswered(replyClass);
  for (let i = 0; i < lost; i++) loss.addLost(replyClass);
  return loss;
}

Deno.test("silencesFor() follows the loss, between what the user wants and allows", () => {
  const clean = factsOf({ loss: lossOf(ReplyClass.RST, 1_000, 0) });
  const lossy = factsOf({ loss: lossOf(ReplyClass.RST, 900, 100), answered: 1_000 });
  assertEquals([silencesFor(clean, LIMITS), silencesFor(lossy, LIMITS)], [2, 6]);
  assertEquals(silencesFor(lossy, { ...LIMITS, maxRetries: 2 }), 3);
  assertEquals(silencesFor(lossy, { ...LIMITS, maxError: 100 }), 2);
  assertEquals(silencesFor(clean, { ...LIMITS, minSilences: 4 }), 4);
  assertEquals(silencesFor(clean, { ...LIMITS, minSilences: 4, maxRetries: 0 }), 1);
});

Deno.test("silencesFor() asks once more where the triggers that speak for SYNs are lost", () => {
  const clean = factsOf({ loss: lossOf(ReplyClass.OTHER, 1_000, 2) });
  const lossy = factsOf({ loss: lossOf(ReplyClass.OTHER, 1_000, 50) });
  assertEquals([silencesFor(clean, LIMITS), silencesFor(lossy, LIMITS)], [2, 3]);
});

Deno.test("spacingFor() spaces tries by round trips, bursts of loss, and the one port", () => {
  assertEquals(spacingFor(factsOf({ srtt: micros(NaN) })), 100 * MILLISECOND);
  assertEquals(spacingFor(factsOf({ srtt: micros(80 * MILLISECOND) })), 160 * MILLISECOND);
  const burst = { longestLossBurst: micros(400 * MILLISECOND) };
  assertEquals(spacingFor(factsOf(burst)), 400 * MILLISECOND);
  assertEquals(spacingFor(factsOf({ ...burst, onePort: true })), 600 * MILLISECOND);
});
