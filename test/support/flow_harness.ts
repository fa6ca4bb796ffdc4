/**
 * A flow against a target made of rules, without bytes: transmissions become replies after a path
 * with delay, rate, queue and loss. The smallest network that the engine can be tested on; the
 * simulator (`src/sim/`) does the same with packets.
 */
import { assert } from "assertion";
import { Flow, type FlowOptions } from "engine/flow.ts";
import type { FlowEvent } from "engine/event.ts";
import { Kind } from "engine/kind.ts";
import { ProbeBatch } from "engine/probe_batch.ts";
import { Reply, ReplyKind } from "engine/reply.ts";
import { Random } from "random";
import { type Micros, micros, MILLISECOND, NEVER, SECOND } from "units";

/** What a port does with a SYN. */
export type PortRule = "open" | "closed" | "dropped" | "prohibited";

/** The network and the target of one test. */
export interface World {
  seed: number;
  ports: number[];
  rule: (port: number, target: number) => PortRule;
  /** Answers ICMP echo. */
  echo: boolean;
  rttMs: number;
  /** Packets per second of the bottleneck on the way out; Infinity: none. */
  rate: number;
  /** Packets that the bottleneck holds. */
  queue: number;
  /** Loss probability, each way. */
  loss: number;
  /** False from here on: nothing comes back any more (µs). */
  silentAfter: number;
  targetCount: number;
}

/** A world that loses nothing, with one open, one closed port and the rest dropped. */
export const QUIET_WORLD: World = {
  seed: 1,
  ports: Array.from({ length: 1_000 }, (_, i) => i + 1),
  rule: (port) => port === 22 ? "open" : port === 113 ? "closed" : "dropped",
  echo: true,
  rttMs: 20,
  rate: Infinity,
  queue: 100,
  loss: 0,
  silentAfter: Infinity,
  targetCount: 1,
};

/** Options of the flow, as far as a test wants to change them. */
export type FlowChanges = Partial<Omit<FlowOptions, "ports" | "random" | "key">>;

/** Largest virtual time of a run: what is not finished by then hangs. */
const TIME_LIMIT = 3_600 * SECOND;

/** Steps without time passing that are still no endless loop. */
const MAX_STEPS = 1_000;

/** What came of a run. */
export interface Run {
  flow: Flow;
  events: FlowEvent[];
  /** Virtual duration, µs. */
  elapsed: number;
  /** Packets that the bottleneck dropped. */
  overflowed: number;
  /** Largest number of packets in flight above the window, at any time. */
  windowExcess: number;
}

/** Runs one flow in one world to its end. */
export function runFlow(world: Partial<World>, changes: FlowChanges = {}): Run {
  return new Harness({ ...QUIET_WORLD, ...world }, changes).run();
}

interface Delivery {
  at: number;
  order: number;
  fill: (reply: Reply) => void;
}

class Harness {
  readonly #world: World;
  readonly #random: Random;
  readonly #flow: Flow;
  readonly #events: FlowEvent[] = [];
  readonly #deliveries: Delivery[] = [];
  #order = 0;
  #stepsAtOnce = 0;
  #freeAt = 0;
  #overflowed = 0;
  #windowExcess = 0;

  constructor(world: World, changes: FlowChanges) {
    this.#world = world;
    this.#random = new Random(world.seed);
    this.#flow = new Flow({
      firstTarget: 0,
      targetCount: world.targetCount,
      ports: Uint16Array.from(world.ports),
      likelyPorts: [80, 443, 22],
      key: [world.seed, ~world.seed],
      random: this.#random.fork(),
      localPorts: { probeFirst: 61_000, probeCount: 16, triggerFirst: 61_016, triggerCount: 64 },
      timing: "reno",
      limits: { maxError: 0.01, minSilences: 2, maxRetries: 10 },
      maxRate: Infinity,
      skipSearch: false,
      searchOnly: false,
      ...changes,
    });
  }

  run(): Run {
    const flow = this.#flow;
    const batch = new ProbeBatch(64);
    const reply = new Reply();
    let now: Micros = micros(1 * SECOND);
    const start = now;
    while (!flow.isDone && now < TIME_LIMIT) {
      this.#deliver(now, reply);
      flow.handleTimeout(now);
      do {
        batch.count = 0;
        flow.pollTransmit(now, batch);
        for (let i = 0; i < batch.count; i++) this.#transmit(batch, i, now);
      } while (batch.count > 0);
      this.#drainEvents();
      this.#checkWindow();
      now = this.#nextTime(now);
    }
    this.#drainEvents();
    return {
      flow,
      events: this.#events,
      elapsed: now - start,
      overflowed: this.#overflowed,
      windowExcess: this.#windowExcess,
    };
  }

  #nextTime(now: Micros): Micros {
    if (this.#flow.isDone) return now;
    const next = Math.min(this.#flow.pollTimeout(now), this.#deliveries[0]?.at ?? NEVER);
    assert(next < NEVER, `The flow of seed ${this.#world.seed} waits for nothing`);
    this.#stepsAtOnce = next > now ? 0 : this.#stepsAtOnce + 1;
    assert(this.#stepsAtOnce < MAX_STEPS, `The flow of seed ${this.#world.seed} spins`);
    return micros(Math.max(next, now));
  }

  #drainEvents(): void {
    for (let event = this.#flow.pollEvent(); event; event = this.#flow.pollEvent()) {
      this.#events.push(event);
    }
  }

  #checkWindow(): void {
    const { phase, inFlight, cwnd } = this.#flow.stats;
    if (phase !== "scan" || !this.#flow.isUp) return;
    this.#windowExcess = Math.max(this.#windowExcess, inFlight - Math.ceil(cwnd));
  }

  #deliver(now: Micros, reply: Reply): void {
    while (this.#deliveries.length > 0 && this.#deliveries[0]!.at <= now) {
      const delivery = this.#deliveries.shift()!;
      reply.altToken = 0;
      reply.code = 0;
      reply.fromTarget = true;
      reply.ttl = 64;
      reply.time = micros(delivery.at);
      delivery.fill(reply);
      this.#flow.handleReply(reply, now);
    }
  }

  #transmit(batch: ProbeBatch, index: number, now: Micros): void {
    const world = this.#world;
    const delay = this.#passBottleneck(now);
    if (delay < 0 || this.#random.chance(world.loss) || this.#random.chance(world.loss)) return;
    const at = now + delay + world.rttMs * MILLISECOND;
    if (at > world.silentAfter) return;
    const kind = batch.kind[index]!;
    const port = batch.port[index]!;
    const localPort = batch.localPort[index]!;
    const token = batch.token[index]!;
    const target = batch.target[index]!;
    const answer = this.#answerOf(kind, port, target);
    if (answer === undefined) return;
    this.#schedule(at, (reply) => {
      reply.kind = answer;
      reply.target = target;
      reply.port = port;
      reply.localPort = localPort;
      reply.token = token;
      reply.altToken = token;
      if (answer === ReplyKind.UNREACHABLE) {
        reply.quotedKind = kind;
        reply.code = 13;
        reply.fromTarget = false;
      }
    });
  }

  #answerOf(kind: number, port: number, target: number): ReplyKind | undefined {
    if (kind === Kind.ECHO) return this.#world.echo ? ReplyKind.ECHO_REPLY : undefined;
    if (kind !== Kind.SYN) return undefined;
    switch (this.#world.rule(port, target)) {
      case "open":
        return ReplyKind.SYN_ACK;
      case "closed":
        return ReplyKind.RST;
      case "prohibited":
        return ReplyKind.UNREACHABLE;
      default:
        return undefined;
    }
  }

  /** Delay by rate and queue in µs; −1 if the queue is full. */
  #passBottleneck(now: Micros): number {
    const { rate, queue } = this.#world;
    if (rate === Infinity) return 0;
    const service = SECOND / rate;
    const backlog = Math.max(0, this.#freeAt - now);
    if (backlog > queue * service) {
      this.#overflowed++;
      return -1;
    }
    this.#freeAt = now + backlog + service;
    return backlog + service;
  }

  #schedule(at: number, fill: (reply: Reply) => void): void {
    const delivery = { at, order: this.#order++, fill };
    let place = this.#deliveries.length;
    while (place > 0 && this.#deliveries[place - 1]!.at > at) place--;
    this.#deliveries.splice(place, 0, delivery);
  }
}
