import { assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import { PortState } from "engine/port_state.ts";
import { IcmpType } from "wire/icmp.ts";
import { TcpFlag } from "wire/tcp.ts";
import {
  addDatagram,
  addQuery,
  addSegment,
  type Answer,
  ask,
  flush,
  listen,
} from "../../test/support/sim_probe.ts";
import { makeScenario, type ScenarioOptions } from "./scenario.ts";

function kinds(answers: Answer[]): string[] {
  return answers.map(({ kind }) => kind);
}

Deno.test("a host answers SYNs as its ports' rules say", () => {
  const scenario = makeScenario({
    open: [22],
    dropped: [23],
    reset: [24],
    hostUnreachable: [1],
    portUnreachable: [3],
    netProhibited: [9],
    hostProhibited: [10],
    adminProhibited: [13],
    rest: "closed",
  });
  assertEquals(kinds(ask(scenario, { port: 22, sequence: 7 })), ["syn-ack"]);
  const [closed] = ask(scenario, { port: 80, sequence: 7 });
  assertEquals([closed!.kind, closed!.acknowledgment, closed!.sequence], ["rst-ack", 8, 0]);
  assertEquals([closed!.port, closed!.localPort], [80, 40_000]);
  assertEquals(kinds(ask(scenario, { port: 23 })), []);
  assertEquals(kinds(ask(scenario, { port: 24 })), ["rst-ack"]);
  for (const code of [1, 3, 9, 10, 13]) {
    const [answer] = ask(scenario, { port: code });
    assertEquals([answer!.kind, answer!.code], ["unreachable", code]);
  }
  const { truth, address } = scenario;
  assertEquals([22, 80, 23, 24, 1, 3, 13].map((port) => truth.stateOf(address, port)), [
    PortState.OPEN,
    PortState.CLOSED,
    PortState.FILTERED,
    PortState.CLOSED,
    PortState.FILTERED,
    PortState.FILTERED,
    PortState.FILTERED,
  ]);
});

Deno.test("a host answers an ACK with a RST of its number", () => {
  const scenario = makeScenario({ dropped: [9], open: [22] });
  const ack = { flags: TcpFlag.ACK, acknowledgment: 77 };
  for (const port of [22, 80]) {
    const [answer] = ask(scenario, { port, ...ack });
    assertEquals([answer!.kind, answer!.sequence], ["rst", 77]);
  }
  assertEquals(ask(scenario, { port: 9, ...ack }), []);
  assertEquals(ask(makeScenario({ ack: false }), { port: 80, ...ack }), []);
});

Deno.test("a host answers the queries that it is said to answer", () => {
  const queries = [
    { type: IcmpType.ECHO, bytes: 1_400 },
    { type: IcmpType.TIMESTAMP },
    { type: IcmpType.MASK, bytes: 12 },
  ];
  const asked = (options: ScenarioOptions): Answer[] => {
    const scenario = makeScenario(options);
    for (const query of queries) addQuery(scenario, query);
    addDatagram(scenario, 33_434);
    flush(scenario);
    return listen(scenario, 100);
  };
  const all = asked({ echo: true, timestamp: true, mask: true, udp: true });
  assertEquals(kinds(all), ["echo-reply", "timestamp-reply", "mask-reply", "unreachable"]);
  assertEquals(all[0]!.rest, 0x1234_5678);
  assertEquals(all[0]!.length, 1_420);
  assertEquals(kinds(asked({})), ["echo-reply"]);
  assertEquals(kinds(asked({ echo: false })), []);
});

Deno.test("an answer comes after the round trip and the time on the wire", () => {
  const scenario = makeScenario({ rttMs: 60, mbps: 8, queue: 40 });
  const [answer] = ask(scenario, { port: 80 });
  assertEquals(answer!.time, 60_000 + 2 * 84);
});

Deno.test("a burst comes back at the rate of the bottleneck, without what overflowed", () => {
  const scenario = makeScenario({ rttMs: 10, mbps: 8, queue: 40 });
  for (let port = 1; port <= 60; port++) addSegment(scenario, { port });
  flush(scenario);
  const answers = listen(scenario, 100);
  assertEquals(answers.length, 41);
  assertEquals(scenario.out.counters.overflowed, 19);
  answers.forEach((answer, i) => assertEquals(answer.time, 10_000 + 84 * (i + 2)));
});

Deno.test("loss takes its share each way", () => {
  const scenario = makeScenario({ lossEachWay: 0.05 });
  let answered = 0;
  for (let round = 0; round < 400; round++) {
    for (let i = 0; i < 50; i++) addSegment(scenario, { port: 1 + round });
    flush(scenario);
    answered += listen(scenario, 30).length;
  }
  assertAlmostEquals(answered / 20_000, 0.95 ** 2, 0.01);
  const { out, back } = scenario;
  assertAlmostEquals(out.counters.lost / out.counters.offered, 0.05, 0.006);
  assertAlmostEquals(back.counters.lost / back.counters.offered, 0.05, 0.006);
});

Deno.test("jitter keeps the order unless it may not", () => {
  const times = (reorder: boolean): number[] => {
    const scenario = makeScenario({ jitterMs: 5, reorder });
    for (let i = 0; i < 60; i++) addSegment(scenario, { port: 100 + i });
    flush(scenario);
    return listen(scenario, 500).map(({ port }) => port);
  };
  const sorted = Array.from({ length: 60 }, (_, i) => 100 + i);
  assertEquals(times(false), sorted);
  const mixed = times(true);
  assertEquals(mixed.toSorted((a, b) => a - b), sorted);
  assertEquals(mixed.some((port, i) => port !== sorted[i]), true);
});

Deno.test("duplicates arrive twice, damaged packets are not answered", () => {
  const twice = makeScenario({ duplicate: 1 });
  assertEquals(ask(twice, { port: 80 }).length, 4);
  const damaged = makeScenario({ corrupt: 1 });
  assertEquals(ask(damaged, { port: 80 }), []);
  assertEquals(damaged.group.ignored, 1);
});

Deno.test("a policer of SYNs lets its rate through and leaves the rest alone", () => {
  const limit = { kind: "token-bucket", rate: 400, burst: 40 } as const;
  const scenario = makeScenario({ policer: { limit, class: "syn" } });
  let answered = 0;
  let echoes = 0;
  for (let tick = 0; tick < 1_000; tick++) {
    addSegment(scenario, { port: 1 + tick });
    addQuery(scenario, { type: IcmpType.ECHO });
    flush(scenario);
    for (const { kind } of listen(scenario, 1)) kind === "rst-ack" ? answered++ : echoes++;
  }
  for (const { kind } of listen(scenario, 100)) kind === "rst-ack" ? answered++ : echoes++;
  assertEquals(echoes, 1_000);
  assertAlmostEquals(answered, 440, 2);
});

Deno.test("SYN-ACKs are sent again after 1 s and 2 s more until a RST comes", () => {
  const silent = makeScenario({ open: [22], kernelResets: false, synAckRetries: 2, rttMs: 20 });
  const answers = ask(silent, { port: 22 }, 20_000);
  assertEquals(answers.map(({ time }) => time), [20_000, 1_020_000, 3_020_000]);
  assertEquals(silent.group.halfOpen, 0);
  const answering = makeScenario({ open: [22], rttMs: 20 });
  assertEquals(ask(answering, { port: 22 }, 20_000).length, 1);
  assertEquals(answering.end.resets, 1);
  assertEquals(answering.group.halfOpen, 0);
});

Deno.test("a repeated SYN puts the next SYN-ACK off, as Linux does", () => {
  const scenario = makeScenario({ open: [22], kernelResets: false, synAckRetries: 2, rttMs: 20 });
  ask(scenario, { port: 22 }, 500);
  const answers = ask(scenario, { port: 22 }, 20_000);
  assertEquals(answers.map(({ time }) => time), [520_000, 1_520_000, 3_520_000]);
  assertEquals(scenario.group.halfOpen, 0);
});

Deno.test("a repeated SYN on a half-open connection is answered as Linux does", () => {
  const scenario = makeScenario({ open: [22], kernelResets: false, rttMs: 2 });
  const [first] = ask(scenario, { port: 22, sequence: 5_000 }, 10);
  assertEquals([first!.kind, first!.acknowledgment], ["syn-ack", 5_001]);
  const [same] = ask(scenario, { port: 22, sequence: 5_000 }, 10);
  assertEquals([same!.kind, same!.sequence], ["syn-ack", first!.sequence]);
  assertEquals(ask(scenario, { port: 22, sequence: 5_000 }, 10), [], "once in 500 ms");
  assertEquals(ask(scenario, { port: 22, sequence: 4_000 }, 480), [], "once in 500 ms");
  const [outside] = ask(scenario, { port: 22, sequence: 5_001 + 64_240 }, 10);
  assertEquals([outside!.kind, outside!.acknowledgment], ["ack", 5_001]);
  assertEquals(outside!.sequence, (first!.sequence + 1) >>> 0);
  const [inside] = ask(scenario, { port: 22, sequence: 5_001 }, 10);
  assertEquals([inside!.kind, inside!.acknowledgment], ["rst-ack", 5_002]);
  assertEquals(scenario.group.halfOpen, 0);
  const [again] = ask(scenario, { port: 22, sequence: 9_000 }, 10);
  assertEquals([again!.kind, again!.acknowledgment], ["syn-ack", 9_001]);
});

Deno.test("the limits of a host hold per class of answers", () => {
  const limits = { reset: [{ kind: "second-counter", limit: 10 } as const] };
  const scenario = makeScenario({ limits, open: [22] });
  for (let i = 0; i < 60; i++) addSegment(scenario, { port: i < 50 ? 100 : 22, localPort: 1 + i });
  flush(scenario);
  const answers = kinds(listen(scenario, 100));
  assertEquals(answers.filter((kind) => kind === "rst-ack").length, 10);
  assertEquals(answers.filter((kind) => kind === "syn-ack").length, 10);
});

Deno.test("the same seed gives the same packets, another one others", () => {
  const trace = (seed: number): string => {
    const scenario = makeScenario({
      seed,
      lossEachWay: 0.1,
      jitterMs: 3,
      reorder: true,
      open: [7],
    });
    const answers: Answer[] = [];
    for (let round = 0; round < 20; round++) {
      for (let port = 1; port <= 60; port++) addSegment(scenario, { port });
      flush(scenario);
      answers.push(...listen(scenario, 7));
    }
    return JSON.stringify(answers);
  };
  assertEquals(trace(5), trace(5));
  assertEquals(trace(5) === trace(6), false);
});

Deno.test("no packet is left in the network when all is over", () => {
  const scenario = makeScenario({ lossEachWay: 0.2, duplicate: 0.2, corrupt: 0.1, open: [22] });
  for (let port = 1; port <= 60; port++) addSegment(scenario, { port });
  flush(scenario);
  listen(scenario, 120_000);
  const { network } = scenario.simulator;
  assertEquals(network.pending, 0);
  assertEquals(network.pool.inUse, 0);
});

Deno.test("SimLink.wait() ends on a tick after the first arrival, or at the deadline", () => {
  const scenario = makeScenario({ rttMs: 1.1 });
  addSegment(scenario, { port: 80 });
  flush(scenario);
  const { link } = scenario;
  link.wait(1e6 as never);
  assertEquals(link.now(), 1_250);
  assertEquals(link.receive(), true);
  assertEquals(link.incoming.time, 1_100);
  link.wait(7_777 as never);
  assertEquals(link.now(), 7_777);
  link.wait(0 as never);
  assertGreater(link.now(), 7_777);
  assertLess(link.now(), 7_800);
});

Deno.test("SimLink.receive() loses what its capture cannot hold, and counts it", () => {
  const scenario = makeScenario({ link: { capture: 10 } });
  for (let port = 1; port <= 60; port++) addSegment(scenario, { port });
  flush(scenario);
  scenario.link.wait(20_000 as never);
  let received = 0;
  while (scenario.link.receive()) received++;
  assertEquals(received, 10);
  assertEquals(scenario.link.counters.captureDropped, 50);
});

Deno.test("SimLink captures TCP for its own local ports only", () => {
  const scenario = makeScenario({ link: { localPorts: { first: 1_000, last: 1_079 } } });
  addSegment(scenario, { port: 80, localPort: 1_079 });
  addSegment(scenario, { port: 80, localPort: 1_080 });
  addQuery(scenario, { type: IcmpType.ECHO });
  flush(scenario);
  assertEquals(kinds(listen(scenario, 100)), ["rst-ack", "echo-reply"]);
});
