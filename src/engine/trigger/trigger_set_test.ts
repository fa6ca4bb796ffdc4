import { assertEquals, assertGreater, assertLess, assertLessOrEqual } from "@std/assert";
import { type Micros, micros, MILLISECOND, SECOND } from "units";
import { Kind } from "../kind.ts";
import { ReplyClass } from "../outcomes.ts";
import { MAX_HALF_OPEN, OPEN_INTERVAL, rankOf } from "./trigger.ts";
import { TriggerSet } from "./trigger_set.ts";

const { SYN_ACK, RST, OTHER } = ReplyClass;

/** A set with these triggers, in this order. */
function setOf(...triggers: [kind: Kind, port: number, replyClass: ReplyClass][]): TriggerSet {
  const set = new TriggerSet();
  for (const [kind, port, replyClass] of triggers) set.add(kind, 0, port, replyClass);
  return set;
}

/** Chooses and sends so many triggers, one per millisecond; returns how often each was chosen. */
function choose(set: TriggerSet, count: number, start = 0): number[] {
  const chosen: number[] = [];
  for (let i = 0; i < count; i++) {
    const now = micros(SECOND + start + i * MILLISECOND);
    const number = set.choose(now);
    if (number < 0) continue;
    chosen[number] = (chosen[number] ?? 0) + 1;
    set.onSent(number, now);
    set.get(number).outstanding--;
  }
  return Array.from(chosen, (times) => times ?? 0);
}

/** Loses so many triggers of one number. */
function lose(set: TriggerSet, number: number, times: number): void {
  for (let i = 0; i < times; i++) set.onLost(number);
}

Deno.test("rankOf() prefers what leaves no state and what no middlebox answers for", () => {
  const order = [
    rankOf(Kind.SYN, 81, RST),
    rankOf(Kind.SYN, 80, SYN_ACK),
    rankOf(Kind.SYN, 113, RST),
    rankOf(Kind.SYN, 25, SYN_ACK),
    rankOf(Kind.ACK, 80, OTHER),
    rankOf(Kind.ECHO, 0, OTHER),
    rankOf(Kind.TIMESTAMP, 0, OTHER),
    rankOf(Kind.MASK, 0, OTHER),
    rankOf(Kind.UDP, 40_125, OTHER),
  ];
  assertEquals(order, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

Deno.test("TriggerSet.choose() takes the best kind, and one in sixteen of another", () => {
  const set = setOf([Kind.ECHO, 0, OTHER], [Kind.SYN, 80, SYN_ACK], [Kind.SYN, 81, RST]);
  const [echo, open, closed] = choose(set, 160) as [number, number, number];
  assertEquals(echo + open + closed, 160);
  assertEquals(echo + open, 10);
  assertGreater(echo, 0);
  assertGreater(open, 0);
});

Deno.test("TriggerSet.choose() takes triggers of one kind in turn", () => {
  const set = setOf([Kind.SYN, 81, RST], [Kind.SYN, 82, RST], [Kind.SYN, 83, RST]);
  assertEquals(choose(set, 30), [10, 10, 10]);
});

Deno.test("TriggerSet.choose() asks others before the one that was just lost", () => {
  const set = setOf([Kind.SYN, 81, RST], [Kind.SYN, 82, RST]);
  set.onLost(0);
  set.onSent(1, micros(SECOND - 1));
  assertEquals(set.choose(micros(SECOND)), 1);
  set.onAnswered(0);
  assertEquals(set.choose(micros(SECOND)), 0);
});

Deno.test("TriggerSet.choose() leaves few half-open connections at an open port", () => {
  const set = setOf([Kind.SYN, 80, SYN_ACK]);
  // One per interval, and one more in advance.
  assertEquals(choose(set, 1_000)[0], SECOND / OPEN_INTERVAL + 1);
  set.get(0).outstanding = MAX_HALF_OPEN;
  const now = micros(10 * SECOND);
  assertEquals([set.choose(now), set.nextChoice(now)], [-1, Infinity]);
  set.get(0).outstanding--;
  assertEquals([set.choose(now), set.nextChoice(now)], [0, now]);
  set.onSent(0, now);
  set.get(0).outstanding = 0;
  assertEquals([set.choose(now), set.nextChoice(now)], [0, now]);
  set.onSent(0, now);
  assertEquals(set.nextChoice(now), now + OPEN_INTERVAL as Micros);
});

Deno.test("TriggerSet.mayTrain() wants a trigger for either end", () => {
  const now = micros(SECOND);
  assertEquals(setOf().mayTrain(now), false);
  assertEquals(setOf([Kind.ECHO, 0, OTHER]).mayTrain(now), true);
  const set = setOf([Kind.SYN, 80, SYN_ACK]);
  assertEquals(set.mayTrain(now), true);
  set.onSent(0, now);
  assertEquals(set.mayTrain(now), false);
  set.add(Kind.SYN, 0, 443, SYN_ACK);
  assertEquals(set.mayTrain(now), true);
  set.onSent(1, now);
  set.onSent(1, now);
  assertEquals(set.mayTrain(now), false);
  assertEquals(set.mayTrain(micros(now + 2 * OPEN_INTERVAL)), true);
});

Deno.test("TriggerSet.hasDied() tells a dead trigger from a bad path", () => {
  const alone = setOf([Kind.SYN, 81, RST]);
  lose(alone, 0, 50);
  assertEquals(alone.hasDied(0), false);

  const good = setOf([Kind.SYN, 81, RST], [Kind.SYN, 82, RST]);
  lose(good, 0, 3);
  for (let i = 0; i < 10; i++) good.onAnswered(1);
  assertEquals(good.hasDied(0), false, "three losses may be an accident");
  lose(good, 0, 1);
  assertEquals(good.hasDied(0), true);

  // All are lost at once: a burst, or the target has gone.
  const burst = setOf([Kind.SYN, 81, RST], [Kind.SYN, 82, RST]);
  for (let i = 0; i < 6; i++) lose(burst, i % 2, 1);
  lose(burst, 0, 3);
  assertEquals([burst.hasDied(0), burst.hasDied(1)], [false, false]);

  const lossy = setOf([Kind.SYN, 81, RST], [Kind.SYN, 82, RST]);
  let row = 0;
  for (; row < 40 && !lossy.hasDied(0); row++) {
    lose(lossy, 0, 1);
    lose(lossy, 1, 1);
    lossy.onAnswered(1);
  }
  assertGreater(row, 8);
  assertLess(row, 20);
});

Deno.test("TriggerSet.drop() and an answer take a trigger out and in again", () => {
  const set = setOf([Kind.SYN, 81, RST], [Kind.SYN, 80, SYN_ACK]);
  assertEquals([set.alive, set.hasAlive(RST), set.hasAlive(SYN_ACK)], [2, true, true]);
  set.drop(0);
  set.drop(0);
  assertEquals([set.alive, set.hasAlive(RST)], [1, false]);
  assertEquals(choose(set, 20)[0] ?? 0, 0);
  assertEquals(set.add(Kind.SYN, 0, 81, RST), false);
  assertEquals([set.alive, set.hasAlive(RST)], [2, true]);
});

Deno.test("TriggerSet.chooseAny() tries every kind in turn, those that failed most last", () => {
  const set = setOf([Kind.SYN, 81, RST], [Kind.ECHO, 0, OTHER], [Kind.SYN, 80, SYN_ACK]);
  lose(set, 0, 4);
  set.drop(0);
  const order: number[] = [];
  for (let i = 0; i < 12; i++) {
    const now = micros((1 + i) * SECOND);
    const number = set.chooseAny(now);
    set.onSent(number, now);
    set.onLost(number);
    order.push(number);
  }
  assertEquals(new Set(order.slice(0, 8)), new Set([1, 2]));
  assertEquals(new Set(order.slice(8, 11)), new Set([0, 1, 2]));
});

Deno.test("TriggerSet.add() keeps no more than it can use, of each kind", () => {
  const set = new TriggerSet();
  let taken = 0;
  for (let port = 1; port <= 500; port++) {
    if (set.add(Kind.SYN, 0, port, port % 2 === 0 ? RST : SYN_ACK)) taken++;
  }
  assertLessOrEqual(taken, 40);
  assertEquals(set.add(Kind.ECHO, 0, 0, OTHER), taken < 40);
});

Deno.test("TriggerSet.chooseRetired() takes the SYN trigger that has waited longest", () => {
  const set = setOf([Kind.SYN, 1, RST], [Kind.SYN, 2, RST], [Kind.ECHO, 0, OTHER]);
  assertEquals(set.chooseRetired(), -1);
  assertEquals(set.nextRetired(), -Infinity);
  for (const number of [0, 1, 2]) {
    set.get(number).lastSent = micros(SECOND * (3 - number));
    set.drop(number);
  }
  assertEquals(set.chooseRetired(), 1);
  assertGreater(set.nextRetired(), 3 * SECOND);
  set.onAnswered(1);
  assertEquals(set.chooseRetired(), 0);
});

Deno.test("TriggerSet.areSynsSilent tells when SYNs alone are answered no more", () => {
  const set = setOf([Kind.SYN, 1, RST], [Kind.SYN, 2, SYN_ACK], [Kind.ECHO, 0, OTHER]);
  lose(set, 0, 9);
  lose(set, 2, 9);
  assertEquals(set.areSynsSilent, false);
  lose(set, 1, 9);
  assertEquals(set.areSynsSilent, true);
  set.onAnswered(1);
  assertEquals(set.areSynsSilent, false);
});
