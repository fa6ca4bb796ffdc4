/** A search over a block of targets, and wide flows: many hosts, few questions each. */
import { assertEquals, assertGreater, assertLess, assertLessOrEqual } from "@std/assert";
import { Kind } from "engine/kind.ts";
import { PortState } from "engine/port_state.ts";
import { blockQuestions, MAX_QUESTIONS } from "engine/trigger/questions.ts";
import { SECOND } from "units";
import { type Run, runFlow, type Transmission, type World } from "../support/flow_harness.ts";

const TARGETS = 600;

/** Every fifth target answers, each by one kind of packet only. */
const VOICES: readonly Kind[] = [Kind.ECHO, Kind.SYN, Kind.ACK, Kind.TIMESTAMP, Kind.UDP];

function isAlive(target: number): boolean {
  return target % 5 === 0;
}

function voiceOf(target: number): Kind {
  return VOICES[(target / 5) % VOICES.length]!;
}

function search(world: Partial<World>): Run {
  const questions = blockQuestions([80, 8080]);
  return runFlow({
    targetCount: TARGETS,
    rule: (port) => port === 443 ? "closed" : "dropped",
    answers: VOICES,
    change: (answer, to) =>
      isAlive(to.target) && to.kind === voiceOf(to.target) ? answer : undefined,
    ...world,
  }, { questions, limits: { maxError: 0.01, minSilences: 1, maxRetries: 0 } });
}

function targetsUp({ events }: Run): number[] {
  return events.flatMap((event) => event.type === "up" ? [event.target] : [])
    .sort((a, b) => a - b);
}

function isQuestion({ localPort, kind }: Transmission): boolean {
  const hasPorts = kind === Kind.SYN || kind === Kind.ACK || kind === Kind.UDP;
  return !hasPorts || localPort < 61_016;
}

Deno.test("A search finds every host that answers anything, by whatever kind", () => {
  const alive = Array.from({ length: TARGETS }, (_, target) => target).filter(isAlive);
  const run = search({});
  assertEquals(targetsUp(run), alive);
  assertEquals(run.events.at(-1), { type: "finished", end: "complete" });
});

Deno.test("A search asks a dead host a dozen times at the most, and nobody after an answer", () => {
  const { sent } = search({});
  const asked = new Map<number, number>();
  for (const to of sent.filter(isQuestion)) {
    asked.set(to.target, (asked.get(to.target) ?? 0) + 1);
  }
  for (const [target, count] of asked) {
    if (!isAlive(target)) assertLessOrEqual(count, MAX_QUESTIONS);
  }
  // Hosts that answer the first question are asked one; they may serve as triggers, though.
  const first = sent.find(({ target }) => isAlive(target) && voiceOf(target) === Kind.ECHO)!;
  assertEquals(sent.filter((to) => to.target === first.target && to.kind === Kind.SYN).length, 0);
});

Deno.test("A search of a block where nobody answers ends, and concludes nothing", () => {
  const run = search({ change: () => undefined });
  assertEquals(targetsUp(run), []);
  assertEquals(run.sent.length, TARGETS * blockQuestions([80, 8080]).ports.length);
});

Deno.test("A search goes on when the few hosts that have answered go silent", () => {
  const run = search({
    change: (answer, to) => to.target < 5 && to.kind === Kind.ECHO ? answer : undefined,
    silentAfter: 2 * SECOND,
  });
  assertEquals(run.events.at(-1), { type: "finished", end: "complete" });
  assertGreater(run.sent.length, (TARGETS - 5) * 10);
});

Deno.test("A search is paced by the path once hosts have answered, and loses little", () => {
  const run = search({
    targetCount: 4_000,
    rate: 5_000,
    queue: 50,
    change: (answer, to) => isAlive(to.target) && to.kind === Kind.ECHO ? answer : undefined,
  });
  assertLess(run.overflowed / run.sent.length, 0.02);
  assertGreater(targetsUp(run).length, 780);
});

for (const loss of [0, 0.01, 0.05]) {
  Deno.test(`A wide flow is right within the announced error at ${loss * 100} % loss`, () => {
    let announced = 0;
    let wrong = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const run = runFlow({
        seed,
        targetCount: TARGETS,
        ports: [80],
        rule: (_, target) => target % 20 === 0 ? "open" : target % 20 === 1 ? "closed" : "dropped",
        loss,
      });
      assertEquals(run.events.at(-1), { type: "finished", end: "complete" }, `seed ${seed}`);
      announced += run.flow.stats.residualError;
      for (let target = 0; target < TARGETS; target++) {
        const state = run.flow.outcomes.state[target];
        if (target % 20 === 0 && state !== PortState.OPEN) wrong++;
        if (target % 20 === 1 && state !== PortState.CLOSED) wrong++;
        if (target % 20 > 1) assertEquals(state, PortState.FILTERED, `seed ${seed}`);
      }
    }
    assertLessOrEqual(wrong, announced + 4 * Math.sqrt(announced));
  });
}
