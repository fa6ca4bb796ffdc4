/**
 * What the engine costs per packet, and its garbage: one flow transmits to targets that answer at
 * once, everything else is left out. `deno task bench engine` starts it; it starts itself again
 * under `--trace-gc` and counts the collections while a million packets pass.
 */
// deno-lint-ignore-file no-console -- a program: its output is its purpose
import { Flow } from "engine/flow.ts";
import { Kind } from "engine/kind.ts";
import { ProbeBatch } from "engine/probe_batch.ts";
import { Reply, ReplyKind } from "engine/reply.ts";
import { Random } from "random";
import { type Micros, micros } from "units";
import type { EngineFigure } from "./engine_figures.ts";

/** Targets of the measured flow: eight times 65,535 ports make a million packets. */
const TARGETS = 8;

/** Runs before the measured one: code that is not compiled yet boxes its numbers. */
const WARM_UPS = 3;

/** Argument of the child that measures. */
const MEASURE = "measure";

/** V8 tells of its collections, and can be told to do one. */
const V8_FLAGS = "--trace-gc,--expose-gc";

/** Round trip of the imagined path, µs. */
const ROUND_TRIP = 200;

/** What the imagined target does with a port. */
type Answering = "all closed" | "all dropped but one";

interface Result {
  answering: Answering;
  packets: number;
  elapsedMs: number;
}

/** Runs one flow over all ports of some targets. */
function run(answering: Answering, targets: number): Result {
  const flow = makeFlow(targets, 7);
  markTrace();
  const begin = performance.now();
  const packets = drive(flow, answering);
  const elapsedMs = performance.now() - begin;
  markTrace();
  return { answering, packets, elapsedMs };
}

/**
 * Leaves a mark in the trace, whose clock is another: V8 says of a collection that it was told to
 * do so. What was made before is then no garbage of what follows.
 */
function markTrace(): void {
  Reflect.get(globalThis, "gc")({ type: "minor" });
}

function makeFlow(targetCount: number, seed: number): Flow {
  return new Flow({
    firstTarget: 0,
    targetCount,
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
  reply.target = batch.target[i]!;
  reply.port = batch.port[i]!;
  reply.localPort = batch.localPort[i]!;
  reply.token = batch.token[i]!;
  reply.altToken = 0;
  reply.ttl = 64;
  reply.time = now;
}

/** The child's part: warm up, then one long flow per kind of target. */
function measure(): void {
  for (const answering of ["all closed", "all dropped but one"] as const) {
    for (let i = 0; i < WARM_UPS; i++) run(answering, TARGETS);
    // Standard output belongs to the trace, which would come in between.
    console.error(JSON.stringify(run(answering, TARGETS)));
  }
}

/** Starts the child and sets its results beside the collections that V8 reports. */
async function main(): Promise<void> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", `--v8-flags=${V8_FLAGS}`, import.meta.filename!, MEASURE],
  }).output();
  const text = new TextDecoder();
  const counts = countCollections(text.decode(stdout));
  const lines = text.decode(stderr).trim().split("\n");
  const figures = lines.map((line, at) => {
    const { answering, packets, elapsedMs }: Result = JSON.parse(line);
    const collections = counts[(WARM_UPS + 1) * (at + 1) - 1]!;
    return { answering, packets, nsPerPacket: elapsedMs * 1e6 / packets, collections };
  });
  print(figures);
}

/** Scavenges in each run, by V8's trace: between the first mark and the second, and so on. */
function countCollections(trace: string): number[] {
  const counts: number[] = [];
  let marks = 0;
  for (const [, kind, why] of trace.matchAll(/ ms: (.*?) \d[^\n]*\) (\w+)/g)) {
    if (why === "testing") {
      if (marks++ % 2 === 0) counts.push(0);
    } else if (marks % 2 === 1 && kind!.startsWith("Scavenge")) counts[counts.length - 1]!++;
  }
  return counts;
}

/** Prints for people, or with `--json` for programs. */
function print(figures: readonly EngineFigure[]): void {
  if (Deno.args.includes("--json")) return console.log(JSON.stringify(figures));
  for (const { answering, packets, nsPerPacket, collections } of figures) {
    const cost = `${nsPerPacket.toFixed(0)} ns a packet`;
    console.log(`${answering}: ${cost}, ${collections} collections in ${packets} packets`);
  }
}

if (import.meta.main) {
  if (Deno.args[0] === MEASURE) measure();
  else await main();
}
