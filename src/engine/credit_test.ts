import { assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import { Credit } from "./credit.ts";

/** Rounds of 100 packets, so many of them answered tries, and triggers of which some are lost. */
function learn(
  credit: Credit,
  { rounds = 20, answered = 0, silent = 0, triggers = 32, lost = 0, isClean = true },
): void {
  for (let round = 0; round < rounds; round++) {
    credit.onAnswered(answered);
    credit.onSilent(silent);
    credit.onTriggers(triggers - lost, lost);
    credit.onRound(isClean);
  }
}

Deno.test("Credit of a silent target counts what triggers vouch for, chance losses made up", () => {
  const credit = new Credit();
  learn(credit, { silent: 90, triggers: 50, lost: 2 });
  assertEquals(credit.isAnswering, false);
  assertAlmostEquals(credit.ofVouched, 50 / 48, 1e-9);
  assertEquals(credit.ofAnswer, credit.ofVouched);
});

Deno.test("Credit of a target that answers counts answers, by the share that comes", () => {
  const credit = new Credit();
  learn(credit, { answered: 45, silent: 55 });
  assertEquals(credit.isAnswering, true);
  assertAlmostEquals(credit.ofAnswer, 100 / 45, 1e-9);
  // 4 % lost by chance: the same rate follows from fewer answers.
  const lossy = new Credit();
  learn(lossy, { answered: 96, silent: 4, triggers: 50, lost: 2 });
  assertAlmostEquals(96 * lossy.ofAnswer, 100, 0.1);
});

Deno.test("Credit does not make up for what a queue of ours or a limit takes away", () => {
  const credit = new Credit();
  learn(credit, { answered: 100, silent: 0 });
  learn(credit, { answered: 60, silent: 40, triggers: 20, lost: 8, isClean: false });
  assertAlmostEquals(60 * credit.ofAnswer, 60, 0.1);
  learn(credit, { rounds: 200, answered: 60, silent: 40, triggers: 20, lost: 8 });
  assertLess(60 * credit.ofAnswer, 62);
  assertGreater(60 * credit.ofAnswer, 58);
});

Deno.test("Credit takes a silence back that was only late", () => {
  const credit = new Credit();
  for (let round = 0; round < 20; round++) {
    credit.onSilent(50);
    credit.onAnswered(100);
    credit.onSilent(-50);
    credit.onRound(true);
  }
  assertEquals([credit.isAnswering, credit.ofAnswer], [true, 1]);
});
