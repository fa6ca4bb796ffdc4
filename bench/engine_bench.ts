/**
 * What the engine costs per packet: a flow transmits to a target that answers at once, everything
 * else is left out. `deno run -A --v8-flags=--trace-gc bench/engine_bench.ts` shows its garbage.
 */
// deno-lint-ignore-file no-console -- a program: its output is its purpose
import { Flow } from "engine/flow.ts";
import { Kind } from "engine/kind.ts";
import { ProbeBatch } from "engine/probe_batch.ts";
import { Reply, ReplyKind } from "engine/reply.ts";
import { Random } from "random";
import { type Micros, micros } from "units";

/** Packets, sent and received together, of one measured run. */
const PACKETS = 1_000_000;

/** Round trip of the imagined path, µs. */
const ROUND_TRIP = 200;

/** What the imagined target does with a port. */
type Answering = "all closed" | "all dropped but one";

interface Result {
  packets: number;
  nanosecondsPerPacket: number;
}

/** Runs flows over all ports until enough packets have passed. */
function run(answering: Answering, packets: number): Result {
  let passed = 0;
  let elapsed = 0;
  for (let seed = 1; passed < packets; seed++) {
    const flow = makeFlow(seed);
    const start = performance.now();
    passed += drive(flow, answering);
    elapsed += performance.now() - start;
  }
  return { packets: passed, nanosecondsPerPacket: (elapsed * 1e6) / passed };
}

function makeFlow(seed: number): Flow {
  return new Flow({
    firstTarget: 0,
    targetCount: 1,
    ports: Uint16Array.from({ length: 65_535 }, (_, i) => i + 1),
    likelyPorts: [80],
    key: [seed, ~seed],
    random: new Random(seed),
    localPorts: { probeFirst: 61_000, probeCount: 16, triggerFirst: 61_016, triggerCount: 64 },
    timing: "fixed:512",
    limits: { maxError: 0.01, minSilences: 2, maxRetries: 10 },
    maxRate: Infinity,
    skipSearch: false,
    searchOnly: false,
  });
}

/** Sends, answers one round trip later, until the flow is done; returns the packets that passed. */
function drive(flow: Flow, answering: Answering): number {
  const batch = new ProbeBatch(64);
  const waiting = new ProbeBatch(64);
  const reply = new Reply();
  let now: Micros = micros(1_000_000);
  let packets = 0;
  while (!flow.isDone) {
    flow.handleTimeout(now);
    waiting.count = 0;
    batch.count = 0;
    flow.pollTransmit(now, batch);
    packets += batch.count;
    now = micros(now + ROUND_TRIP);
    for (let i = 0; i < batch.count; i++) {
      if (answering !== "all closed" && batch.port[i] !== 80) continue;
      if (batch.kind[i] !== Kind.SYN) continue;
      fill(reply, batch, i, now);
      flow.handleReply(reply, now);
      packets++;
    }
    while (flow.pollEvent() !== undefined);
    if (batch.count === 0) now = micros(Math.max(now, Math.min(flow.pollTimeout(now), now + 1e5)));
  }
  return packets;
}

function fill(reply: Reply, batch: ProbeBatch, i: number, now: Micros): void {
  reply.kind = ReplyKind.RST;
  reply.target = 0;
  reply.port = batch.port[i]!;
  reply.localPort = batch.localPort[i]!;
  reply.token = batch.token[i]!;
  reply.altToken = 0;
  reply.ttl = 64;
  reply.time = now;
}

if (import.meta.main) {
  for (const answering of ["all closed", "all dropped but one"] as const) {
    run(answering, PACKETS / 4);
    console.log(`warm: ${answering}`);
    const { packets, nanosecondsPerPacket } = run(answering, PACKETS);
    console.log(`${answering}: ${nanosecondsPerPacket.toFixed(0)} ns a packet over ${packets}`);
  }
}
