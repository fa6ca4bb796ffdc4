/** Which triggers a flow finds, prefers, spares and gives up. */
import {
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertGreaterOrEqual,
  assertLess,
  assertLessOrEqual,
} from "@std/assert";
import { Kind, KIND_NAMES } from "engine/kind.ts";
import { PortState } from "engine/port_state.ts";
import { ReplyKind } from "engine/reply.ts";
import { MAX_HALF_OPEN, OPEN_BURST, OPEN_INTERVAL } from "engine/trigger/trigger.ts";
import { MILLISECOND, SECOND } from "units";
import { type Run, runFlow, type Transmission, type World } from "../support/flow_harness.ts";

const LOSSES = [0, 0.01, 0.05];

/** First local port of triggers in the harness; tries of probes leave from those below. */
const TRIGGER_PORTS = 61_016;

function dropped(): "dropped" {
  return "dropped";
}

/** Triggers of one kind, by port if one is given. */
function triggers({ sent }: Run, kind: Kind, port?: number): Transmission[] {
  return sent.filter((one) =>
    one.kind === kind && (kind !== Kind.SYN || one.localPort >= TRIGGER_PORTS) &&
    (port === undefined || one.port === port)
  );
}

function ends(run: Run): unknown {
  return run.events.filter(({ type }) => type === "finished");
}

const ONLY: [Kind, Partial<World>][] = [
  [Kind.SYN, { rule: (port) => port === 80 ? "closed" : "dropped" }],
  [Kind.ACK, { answers: [Kind.ACK] }],
  [Kind.ECHO, { echo: true }],
  [Kind.TIMESTAMP, { answers: [Kind.TIMESTAMP] }],
  [Kind.MASK, { answers: [Kind.MASK] }],
  [Kind.UDP, { answers: [Kind.UDP] }],
];

for (const [kind, world] of ONLY) {
  for (const loss of LOSSES) {
    const title = `where nothing but ${KIND_NAMES[kind]} is answered, at ${loss * 100} % loss`;
    Deno.test(`Flow finds its trigger ${title}`, () => {
      let found = 0;
      for (let seed = 1; seed <= 20; seed++) {
        const ports = Array.from({ length: 300 }, (_, i) => i + 1);
        const run = runFlow({ seed, ports, rule: dropped, echo: false, loss, ...world });
        if (!run.flow.isUp) continue;
        found++;
        assertEquals(ends(run), [{ type: "finished", end: "complete" }], `seed ${seed}`);
        assertEquals(run.flow.outcomes.open, 0);
        assertEquals(run.flow.outcomes.state.includes(PortState.UNKNOWN), false, `seed ${seed}`);
      }
      // The search asks each of these kinds once at least: that one may be lost.
      assertGreaterOrEqual(found, loss === 0 ? 20 : 14);
    });
  }
}

Deno.test("Flow searches with a dozen packets, each kind of trigger among them", () => {
  const { sent } = runFlow({ rule: dropped, echo: false });
  assertLessOrEqual(sent.length, 13);
  assertEquals(new Set(sent.map(({ kind }) => kind)).size, 6);
});

for (const loss of LOSSES) {
  const title = `at ${loss * 100} % loss`;

  Deno.test(`Flow promotes a port that answers, and asks echo rarely then, ${title}`, () => {
    const ports = Array.from({ length: 5_000 }, (_, i) => i + 1);
    const run = runFlow({ ports, loss, rule: (port) => port === 4_321 ? "closed" : "dropped" });
    const promoted = triggers(run, Kind.SYN, 4_321);
    assertGreater(promoted.length, 30);
    const since = promoted[0]!.time;
    const echoes = triggers(run, Kind.ECHO).filter(({ time }) => time > since).length;
    assertGreater(echoes, 0);
    assertLess(echoes / promoted.length, 1 / 5);
  });

  Deno.test(`Flow leaves few half-open connections at an open port, ${title}`, () => {
    const ports = Array.from({ length: 10_000 }, (_, i) => i + 1);
    const network = { ports, loss, rttMs: 100, echo: false };
    const run = runFlow({ ...network, rule: (port) => port === 22 ? "open" : "dropped" });
    assertEquals(ends(run), [{ type: "finished", end: "complete" }]);
    const toOpen = triggers(run, Kind.SYN, 22).map(({ time }) => time);
    const gap = OPEN_INTERVAL - 1;
    toOpen.forEach((time, i) => {
      if (i >= OPEN_BURST) assertGreaterOrEqual(time - toOpen[i - OPEN_BURST]!, gap);
      // Those of one round trip are outstanding at once.
      if (loss > 0 || i < MAX_HALF_OPEN) return;
      assertGreaterOrEqual(time - toOpen[i - MAX_HALF_OPEN]!, 100 * MILLISECOND - 1);
    });
  });

  Deno.test(`Flow prefers closed ports, and ports that no middlebox answers for, ${title}`, () => {
    const rules: Record<number, "open" | "closed"> = { 22: "open", 25: "closed", 900: "closed" };
    const run = runFlow({ loss, rttMs: 30, rule: (port) => rules[port] ?? "dropped" });
    const since = triggers(run, Kind.SYN, 900)[0]!.time;
    const counts = [900, 22, 25].map((port) =>
      triggers(run, Kind.SYN, port).filter(({ time }) => time > since).length
    );
    assertGreater(counts[0]!, 4 * counts[1]!);
    assertGreater(counts[0]!, 4 * counts[2]!);
  });

  Deno.test(`Flow drops a trigger that stops while others go on: no congestion, ${title}`, () => {
    const ports = Array.from({ length: 20_000 }, (_, i) => i + 1);
    const isDead = ({ port, time }: Transmission) => port === 80 && time > 400 * MILLISECOND;
    const run = runFlow({
      ports,
      loss,
      rule: (port) => port === 80 || port === 443 ? "closed" : port === 22 ? "open" : "dropped",
      change: (answer, to) => isDead(to) ? undefined : answer,
    }, { maxRate: 20_000 });
    assertEquals(ends(run), [{ type: "finished", end: "complete" }]);
    const death = run.events.find((event) => event.type === "trigger" && !event.alive);
    assertEquals(death?.type === "trigger" ? death.port : 0, 80);
    // When nothing answers it is asked as well, but last of all.
    const late = triggers(run, Kind.SYN, 80).filter(({ time }) => time > SECOND);
    assertLess(late.length, 0.05 * run.flow.stats.triggers);
    if (loss === 0) assertEquals(run.flow.stats.losses, 0);
  });
}

Deno.test("Flow under -Pn scans blind at a stated rate until something answers", () => {
  const ports = Array.from({ length: 6_000 }, (_, i) => i + 1);
  const run = runFlow({
    ports,
    echo: false,
    rule: (port) => port === 5_432 ? "open" : "dropped",
  }, { skipSearch: true });
  assertEquals(ends(run), [{ type: "finished", end: "complete" }]);
  assertEquals(run.flow.outcomes.open, 1);
  const answered = run.sent.find(({ port }) => port === 5_432)!.time + 20 * MILLISECOND;
  // The search is over by then.
  const start = 2.5 * SECOND;
  const blind = run.sent.filter(({ time }) => time >= start && time < answered);
  assertAlmostEquals(blind.length / ((answered - start) / SECOND), 500, 5);
  assertEquals(run.flow.outcomes.state.includes(PortState.UNKNOWN), false);
});

Deno.test("Flow takes an ACK's reset for no word on a port", () => {
  const run = runFlow({ ports: [80, 81], rule: dropped, echo: false, answers: [Kind.ACK] });
  assertEquals([...run.flow.outcomes.state], [PortState.FILTERED, PortState.FILTERED]);
  assertEquals(run.flow.stats.assumesEcho, true);
});

Deno.test("Flow knows answers of stacks that acknowledge the number itself", () => {
  const run = runFlow({
    rule: (port) => port % 3 === 0 ? "open" : "closed",
    strange: () => false,
    change: (answer) => ({ ...answer, shift: -1 }),
  });
  assertEquals(run.flow.stats.stray, 0);
  assertEquals(run.flow.outcomes.open, 333);
  assertEquals(run.flow.outcomes.answered, 1_000);
});

Deno.test("Flow answers repeated SYN-ACKs with a RST, and no other repeats", () => {
  const run = runFlow({
    ports: [22, 23, 24],
    rule: (port) => port === 22 ? "open" : "closed",
    change: (answer) => ({ ...answer, times: 3 }),
  });
  const resets = run.sent.filter(({ kind }) => kind === Kind.RST);
  assertGreater(resets.length, 0);
  for (const reset of resets) {
    const syn = run.sent.find(({ kind, localPort }) =>
      kind === Kind.SYN && localPort === reset.localPort
    );
    assertEquals([reset.port, reset.token], [22, (syn!.token + 1) >>> 0]);
  }
  assertEquals(run.flow.stats.probes + run.flow.stats.triggers, run.sent.length - resets.length);
  const calm = runFlow({ ports: [22, 23, 24], rule: () => "open" });
  assertEquals(calm.sent.some(({ kind }) => kind === Kind.RST), false);
});

Deno.test("Flow takes a bare ACK after a later try on its 4-tuple for a half-open port", () => {
  const localPorts = { probeFirst: 53, probeCount: 1, triggerFirst: 53, triggerCount: 1 };
  const asked = new Map<number, number>();
  const run = runFlow({
    ports: [22, 23],
    rule: (port) => port === 22 ? "open" : "closed",
    change: (answer, { port }) => {
      if (answer.kind !== ReplyKind.SYN_ACK) return answer;
      asked.set(port, (asked.get(port) ?? 0) + 1);
      return asked.get(port) === 1 ? undefined : { ...answer, kind: ReplyKind.BARE_ACK };
    },
  }, { localPorts, skipSearch: true });
  assertEquals([...run.flow.outcomes.state], [PortState.OPEN, PortState.CLOSED]);
});

Deno.test("Flow takes no bare ACK for an answer to a SYN that met nothing", () => {
  const run = runFlow({
    ports: [22, 23],
    rule: (port) => port === 22 ? "open" : "closed",
    change: (answer) =>
      answer.kind === ReplyKind.RST ? { ...answer, kind: ReplyKind.BARE_ACK } : answer,
  });
  assertEquals([...run.flow.outcomes.state], [PortState.OPEN, PortState.FILTERED]);
  assertEquals(run.flow.outcomes.open, 1);
});

/** One port answers SYNs until 200 ms have passed, and again from `back` on; echo always. */
function runInterrupted(back: number): Run {
  return runFlow({
    ports: Array.from({ length: 5_000 }, (_, i) => i + 1),
    rate: 5_000,
    rule: (port) => port === 80 ? "open" : "dropped",
    change: (answer, { time }) =>
      answer.kind === ReplyKind.SYN_ACK && time > 200 * MILLISECOND && time < back
        ? undefined
        : answer,
  });
}

Deno.test("Flow asks a trigger that was given up again when only that can prove a silence", () => {
  const run = runInterrupted(5 * SECOND);
  assertEquals(run.events.some((event) => event.type === "trigger" && !event.alive), true);
  assertEquals(ends(run), [{ type: "finished", end: "complete" }]);
  assertEquals(run.flow.outcomes.state.includes(PortState.UNKNOWN), false);
});

Deno.test("Flow ends when the only trigger that could prove a silence never comes back", () => {
  const run = runInterrupted(Infinity);
  assertEquals(ends(run), [{ type: "finished", end: "stopped-answering" }]);
  assertLess(run.elapsed, 60 * SECOND);
  assertLess(triggers(run, Kind.SYN).length, 600);
  assertGreater(run.flow.outcomes.state.filter((state) => state === PortState.UNKNOWN).length, 0);
});
