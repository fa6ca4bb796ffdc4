/** What a flow concludes from silence, and what it does not. */
import { assertEquals, assertGreater, assertLess, assertLessOrEqual } from "@std/assert";
import { Kind } from "engine/kind.ts";
import { PortState, Reason } from "engine/port_state.ts";
import { ReplyKind } from "engine/reply.ts";
import { MILLISECOND, SECOND } from "units";
import {
  fillReply,
  type PortRule,
  type Run,
  runFlow,
  type Transmission,
} from "../support/flow_harness.ts";

const LOSSES = [0, 0.01, 0.05];
const SEEDS = 40;

function mixedRule(port: number): PortRule {
  return port % 41 === 22 ? "open" : port % 3 === 0 ? "dropped" : "closed";
}

function ends({ events }: Run): unknown[] {
  return events.flatMap((event) => event.type === "finished" ? [event.end] : []);
}

/** Open called closed or the reverse fails at once; the rest is counted by state. */
function wrongVerdicts(run: Run, rule: (port: number) => PortRule): Record<string, number> {
  const wrong = { filtered: 0, "closed|filtered": 0, unknown: 0 };
  run.flow.space.ports.forEach((port, pair) => {
    const answers = rule(port) === "open" || rule(port) === "closed";
    const state = run.flow.outcomes.state[pair];
    if (state === PortState.OPEN) assertEquals(rule(port), "open", `port ${port}`);
    if (state === PortState.CLOSED) assertEquals(rule(port), "closed", `port ${port}`);
    if (state === PortState.FILTERED && answers) wrong.filtered++;
    if (state === PortState.CLOSED_FILTERED) {
      assertEquals(rule(port) === "open", false, `port ${port} is open`);
      wrong["closed|filtered"]++;
    }
    if (state === PortState.UNKNOWN) wrong.unknown++;
  });
  return wrong;
}

const SMALL = Array.from({ length: 300 }, (_, i) => i + 1);

for (const loss of LOSSES) {
  const title = `at ${loss * 100} % loss`;

  for (const minSilences of [1, 2, 3]) {
    Deno.test(`Flow errs as often as announced, ${minSilences} silences, ${title}`, () => {
      // A user who accepts anything, so that there are mistakes to be counted.
      const limits = { maxError: 1_000, minSilences, maxRetries: 10 };
      let announced = 0;
      let wrong = 0;
      for (let seed = 1; seed <= SEEDS; seed++) {
        const run = runFlow({ seed, ports: SMALL, rule: mixedRule, loss }, { limits });
        announced += run.flow.stats.residualError;
        wrong += wrongVerdicts(run, mixedRule)["filtered"]!;
      }
      assertLessOrEqual(wrong, announced + 4 * Math.sqrt(announced));
      // Nor is it a figure that is always true because it is far too large.
      if (loss > 0) assertGreater(wrong, 0.3 * announced - 4 * Math.sqrt(announced));
    });
  }

  Deno.test(`Flow asks as often as the loss demands, and no more than allowed, ${title}`, () => {
    const ports = Array.from({ length: 1_000 }, (_, i) => i + 1);
    const silences = (limits: Record<string, number>) =>
      runFlow({ ports, rule: mixedRule, loss }, {
        limits: { maxError: 0.01, minSilences: 2, maxRetries: 10, ...limits },
      }).flow.stats.silences;
    const usual = silences({});
    assertEquals(usual, [2, 4, 5][LOSSES.indexOf(loss)]);
    assertEquals(silences({ maxRetries: 0 }), 1);
    assertEquals(silences({ maxRetries: 1 }), Math.min(2, usual));
    assertEquals(silences({ minSilences: 6 }), 6);
    assertLess(silences({ maxError: 10 }), Math.max(3, usual));
  });

  Deno.test(`Flow takes late answers for answers, ${title}`, () => {
    for (let seed = 1; seed <= 10; seed++) {
      // One answer in ten is late, whatever it answers.
      const extraMs = ({ port, localPort }: Transmission) =>
        (port * 31 + localPort) % 10 === 7 ? 300 + 2 * port : 0;
      const run = runFlow({
        seed,
        ports: SMALL,
        rule: mixedRule,
        loss,
        change: (answer, to) => ({ ...answer, extraMs: extraMs(to) }),
      });
      assertEquals(ends(run), ["complete"]);
      assertLessOrEqual(wrongVerdicts(run, mixedRule)["filtered"]!, loss === 0 ? 0 : 1);
      if (loss === 0) assertEquals(run.flow.stats.losses, 0);
    }
  });

  Deno.test(`Flow asks the others no more often because one answer was late, ${title}`, () => {
    for (let seed = 1; seed <= 10; seed++) {
      const network = { seed, ports: SMALL, rule: mixedRule, loss };
      const onTime = runFlow(network).flow.stats;
      const late = runFlow({
        ...network,
        change: (answer, to) => ({ ...answer, extraMs: to.port === 277 ? 700 : 0 }),
      }).flow.stats;
      assertLessOrEqual(late.silences, onTime.silences + (loss === 0 ? 0 : 1));
    }
  });

  Deno.test(`Flow concludes nothing about closed ports from SYN-ACKs, ${title}`, () => {
    let announced = 0;
    let wrong = 0;
    for (let seed = 1; seed <= 20; seed++) {
      // A limit on RSTs lets one in four through, SYN-ACKs are as safe as the path.
      let resets = seed;
      const ports = Array.from({ length: 600 }, (_, i) => i + 1);
      const run = runFlow({
        seed,
        ports,
        rule: mixedRule,
        loss,
        change: (answer) =>
          answer.kind === ReplyKind.RST && resets++ % 4 !== 0 ? undefined : answer,
      });
      assertEquals(ends(run), ["complete"], `seed ${seed}`);
      announced += run.flow.stats.residualError;
      wrong += wrongVerdicts(run, mixedRule)["filtered"]!;
      const open = ports.filter((port) => mixedRule(port) === "open").length;
      assertEquals(run.flow.outcomes.open, open, `seed ${seed}`);
    }
    assertLessOrEqual(wrong, announced + 4 * Math.sqrt(announced));
  });

  Deno.test(`Flow goes on when a target comes back, ${title}`, () => {
    for (const awayMs of [1_000, 3_000, 9_000]) {
      const ports = Array.from({ length: 10_000 }, (_, i) => i + 1);
      const isAway = ({ time }: Transmission) =>
        time > 300 * MILLISECOND && time < (300 + awayMs) * MILLISECOND;
      const run = runFlow({
        ports,
        rule: mixedRule,
        loss,
        change: (answer, to) => isAway(to) ? undefined : answer,
      }, { maxRate: 10_000 });
      assertEquals(ends(run), ["complete"]);
      const wrong = wrongVerdicts(run, mixedRule);
      assertLessOrEqual(wrong["filtered"]!, run.flow.stats.residualError + 3);
      assertEquals(wrong["unknown"], 0);
      const isLong = awayMs > 4_000;
      assertEquals(run.events.some(({ type }) => type === "stalled"), isLong);
      assertEquals(run.events.some(({ type }) => type === "resumed"), isLong);
      // What met its absence is no loss of the path, and asks nobody more often.
      if (loss === 0) assertEquals([run.flow.stats.losses, run.flow.stats.silences], [0, 2]);
    }
  });

  Deno.test(`Flow leaves unknown what it asked after the last sign of life, ${title}`, () => {
    const ports = Array.from({ length: 10_000 }, (_, i) => i + 1);
    const run = runFlow({
      ports,
      rule: mixedRule,
      loss,
      change: (answer, { time }) => time > 200 * MILLISECOND ? undefined : answer,
    }, { maxRate: 10_000 });
    assertEquals(ends(run), ["stopped-answering"]);
    assertEquals(wrongVerdicts(run, mixedRule)["filtered"], 0);
    const { settled, answered } = run.flow.stats;
    assertEquals(settled, answered);
    assertEquals(run.events.find(({ type }) => type === "stalled"), { type: "stalled", settled });
    // Backoff: not thousands of packets into the silence.
    const after = run.sent.filter(({ time }) => time > 500 * MILLISECOND);
    assertLess(after.length, 60);
    assertLess(run.elapsed, 20 * SECOND);
  });

  Deno.test(`Flow under one source port tries with one number, 600 ms apart, ${title}`, () => {
    const localPorts = { probeFirst: 53, probeCount: 1, triggerFirst: 53, triggerCount: 1 };
    for (let seed = 1; seed <= 10; seed++) {
      const run = runFlow({ seed, ports: SMALL, rule: mixedRule, loss }, { localPorts });
      assertEquals(ends(run), ["complete"]);
      wrongVerdicts(run, mixedRule);
      const last = new Map<number, Transmission>();
      for (const one of run.sent) {
        // Dropped ports never serve as triggers.
        if (one.kind !== Kind.SYN || mixedRule(one.port) !== "dropped") continue;
        if ([22, 80, 443].includes(one.port)) continue;
        const before = last.get(one.port);
        last.set(one.port, one);
        if (before === undefined) continue;
        assertEquals([one.token, one.localPort], [before.token, before.localPort]);
        assertGreater(one.time - before.time, 600 * MILLISECOND - 1);
      }
    }
  });
}

Deno.test("Flow asks again what a capture that lost packets left in doubt", () => {
  const network = { ports: SMALL, rule: mixedRule };
  const usual = runFlow(network);
  let dropped = 0;
  // What was asked in these 5 ms is answered into a full capture, which says so a little later.
  const isHit = ({ time }: Transmission) => time > 21 * MILLISECOND && time < 26 * MILLISECOND;
  const hit = runFlow({
    ...network,
    change: (answer, to) => isHit(to) && dropped++ >= 0 ? undefined : answer,
    captureDropAt: 48 * MILLISECOND,
  });
  assertGreater(dropped, 0);
  assertEquals(hit.flow.outcomes.state, usual.flow.outcomes.state);
});

for (
  const [code, reason, settles] of [
    [0, Reason.NET_UNREACH, false],
    [1, Reason.HOST_UNREACH, false],
    [5, Reason.HOST_UNREACH, false],
    [2, Reason.PROTO_UNREACH, true],
    [3, Reason.PORT_UNREACH, true],
    [9, Reason.NET_PROHIBITED, true],
    [10, Reason.HOST_PROHIBITED, true],
    [13, Reason.ADMIN_PROHIBITED, true],
    [4, Reason.NO_RESPONSE, false],
    [12, Reason.NO_RESPONSE, false],
  ] as const
) {
  const what = settles ? "ends the matter" : "is a silence with a reason, if any";
  Deno.test(`Flow: ICMP unreachable code ${code} ${what}`, () => {
    const ports = [1, 2, 3, 22];
    const run = runFlow({
      ports,
      rule: (port) => port === 22 ? "open" : "prohibited",
      change: (answer) => ({ ...answer, code }),
    });
    assertEquals([...run.flow.outcomes.state], [3, 3, 3, 1]);
    assertEquals(run.flow.outcomes.reason[0], reason);
    const tries = run.sent.filter(({ port, localPort }) => port === 1 && localPort < 61_016);
    assertEquals(tries.length > 1, !settles);
  });
}

Deno.test("Flow corrects a verdict upward when an answer comes after all", () => {
  // A router says "prohibited" at once, the host itself answers later, both to the same SYN.
  let said = false;
  const run = runFlow({
    ports: SMALL,
    rule: (port) => port === 7 ? "open" : port === 22 ? "closed" : "dropped",
    change: (answer, { port }) => ({ ...answer, extraMs: port === 7 ? 60 : 0 }),
    strange(reply, sent) {
      const probe = sent.find(({ port, localPort }) => port === 7 && localPort === 61_000);
      if (said || probe === undefined) return false;
      said = true;
      fillReply(reply, { kind: ReplyKind.UNREACHABLE, code: 13 }, probe);
      return true;
    },
  });
  assertEquals(said, true);
  assertEquals([run.flow.outcomes.state[6], run.flow.outcomes.open], [PortState.OPEN, 1]);
  assertEquals(run.flow.outcomes.reason[6], Reason.SYN_ACK);
});

Deno.test("Flow takes a stall of its own loop for no silence and no loss", () => {
  const network = { ports: SMALL, rule: mixedRule, rttMs: 20 };
  const usual = runFlow(network);
  const hit = runFlow({ ...network, stall: { at: 10 * MILLISECOND, length: 2 * SECOND } });
  assertEquals(hit.flow.outcomes.state, usual.flow.outcomes.state);
  assertEquals([hit.flow.stats.losses, hit.flow.stats.lost], [0, 0]);
  assertGreater(hit.elapsed, 2 * SECOND);
});
