import { assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import { LossEstimate } from "./loss_estimate.ts";
import { ReplyClass } from "./outcomes.ts";

function estimate(answered: number, lost: number): LossEstimate {
  const loss = new LossEstimate();
  for (let i = 0; i < answered; i++) loss.addAnswered(ReplyClass.RST);
  for (let i = 0; i < lost; i++) loss.addLost(ReplyClass.RST);
  return loss;
}

Deno.test("LossEstimate.allLost() is the moment of the posterior", () => {
  // n = 10, l = 1: (1.5 / 11) × (2.5 / 12)
  assertAlmostEquals(estimate(9, 1).allLost(2), (1.5 / 11) * (2.5 / 12), 1e-12);
});

Deno.test("LossEstimate.silencesNeeded() grows with loss and stays within its bounds", () => {
  const bounds = { accepted: 0.01, least: 2, most: 11 };
  assertEquals(estimate(1_000, 0).silencesNeeded(5, bounds), 2);
  assertEquals(estimate(1_000, 100).silencesNeeded(1_000, bounds), 5);
  assertEquals(estimate(10, 10).silencesNeeded(1_000, bounds), 11);
});

Deno.test("LossEstimate.classesAgree is false once RSTs alone are lost", () => {
  const loss = new LossEstimate();
  for (let i = 0; i < 50; i++) loss.addAnswered(ReplyClass.SYN_ACK);
  for (let i = 0; i < 50; i++) loss.addAnswered(ReplyClass.RST);
  assertEquals(loss.classesAgree, true);
  loss.addPair(ReplyClass.RST, 100);
  assertEquals(loss.classesAgree, false);
});

Deno.test("LossEstimate.allLost() believes triggers alone where one try has to do", () => {
  const loss = estimate(9, 1);
  for (let i = 0; i < 100; i++) loss.addPair(ReplyClass.SYN_ACK, 0);
  assertAlmostEquals(loss.allLost(1), 1.5 / 11, 1e-12);
  assertAlmostEquals(loss.allLost(2), (1.5 / 111) * (2.5 / 112), 1e-12);
});

Deno.test("LossEstimate.chanceOfRow() tells an absence from a bad path", () => {
  const good = estimate(1_000, 6);
  assertLess(good.chanceOfRow([0, 6, 0]), 1e-12);
  const bad = estimate(800, 200);
  assertGreater(bad.chanceOfRow([0, 3, 0]), 1e-3);
  assertEquals(bad.chanceOfRow([0, 0, 0]), 1);
});

Deno.test("LossEstimate takes losses back that were none", () => {
  const loss = estimate(9, 1);
  loss.addPair(ReplyClass.RST, 2);
  assertEquals([loss.samples, loss.losses], [13, 3]);
  loss.redeemTry(ReplyClass.RST);
  assertEquals([loss.samples, loss.losses], [13, 2]);
  loss.redeemTry(ReplyClass.RST);
  loss.redeemTry(ReplyClass.RST);
  assertEquals([loss.samples, loss.losses], [13, 1]);
  loss.removeLost(ReplyClass.RST, 5);
  assertEquals([loss.samples, loss.losses], [12, 0]);
});
