/**
 * A flow against a target made of rules, without bytes: transmissions become replies after a path
 * with delay, rate, queue and loss. The smallest network that the engine can be tested on; the
 * simulator (`src/sim/`) does the same with packets.
 */
import { assert } from "assertion";
import { DEFAULT_TIMING } from "engine/congestion/registry.ts";
import { Flow, type FlowOptions } from "engine/flow.ts";
import type { FlowEvent } from "engine/event.ts";
import { Kind } from "engine/kind.ts";
import { ProbeBatch } from "engine/probe_batch.ts";
import { Reply, ReplyKind } from "engine/reply.ts";
import { Random } from "random";
import { type Micros, micros, MILLISECOND, NEVER, SECOND } from "units";

/** What a port does with a SYN. */
export type PortRule = "open" | "closed" | "dropped" | "prohibited";

/** A packet that the flow has sent. */
export interface Transmission {
  readonly time: number;
  readonly kind: Kind;
  readonly target: number;
  readonly port: number;
  readonly localPort: number;
  readonly token: number;
}

/** What comes back for a transmission. */
export interface Answer {
  kind: ReplyKind;
  /** ICMP code of an error. */
  code: number;
  /** Beyond the round trip. */
  extraMs: number;
  /** How often it comes, one round trip apart. */
  times: number;
  /** By how much the number that it acknowledges is off. */
  shift: number;
}

/** The network and the target of one test. */
export interface World {
  seed: number;
  ports: number[];
  rule: (port: number, target: number) => PortRule;
  /** Answers ICMP echo. */
  echo: boolean;
  /** Kinds of transmission beside SYN and echo that are answered. */
  answers: readonly Kind[];
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
  /** When the capture loses packets and says so (µs); Infinity: never. */
  captureDropAt: number;
  /** When the flow's own loop stands still, and how long (µs). */
  stall: { readonly at: number; readonly length: number };
  /** Changes what the rule says, or takes it away (`undefined`). Times from the start, µs. */
  change: (answer: Answer, to: Transmission) => Answer | undefined;
  /**
   * A stranger who sees all that was sent: called at every step until it returns false, for replies
   * of its own.
   */
  strange: (reply: Reply, sent: readonly Transmission[]) => boolean;
}

/** A world that loses nothing, with one open, one closed port and the rest dropped. */
export const QUIET_WORLD: World = {
  seed: 1,
  ports: Array.from({ length: 1_000 }, (_, i) => i + 1),
  rule: (port) => port === 22 ? "open" : port === 113 ? "closed" : "dropped",
  echo: true,
  answers: [],
  rttMs: 20,
  rate: Infinity,
  queue: 100,
  loss: 0,
  silentAfter: Infinity,
  targetCount: 1,
  captureDropAt: Infinity,
  stall: { at: Infinity, length: 0 },
  change: (answer) => answer,
  strange: () => false,
};

/** Options of the flow, as far as a test wants to change them. */
export type FlowChanges = Partial<Omit<FlowOptions, "ports" | "random" | "key">>;

/** When runs start: not at 0, which would hide forgotten times. */
const START = micros(1 * SECOND);

/** What answers each kind of transmission; a SYN's answer is its port's business. */
const ANSWERS: readonly (ReplyKind | undefined)[] = [
  undefined,
  ReplyKind.RST,
  ReplyKind.ECHO_REPLY,
  ReplyKind.TIMESTAMP_REPLY,
  ReplyKind.MASK_REPLY,
  ReplyKind.UNREACHABLE,
];

/** Largest virtual time of a run: what is not finished by then hangs. */
const TIME_LIMIT = 3_600 * SECOND;

/** Steps without time passing that are still no endless loop. */
const MAX_STEPS = 1_000;

/** What came of a run. */
export interface Run {
  flow: Flow;
  events: FlowEvent[];
  /** All that was sent; times from the start. */
  sent: Transmission[];
  /** Virtual duration, µs. */
  elapsed: number;
  /** Packets that the bottleneck dropped. */
  overflowed: number;
  /** By how much a packet was sent beyond the window, at the most. */
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
  readonly #sent: Transmission[] = [];
  #order = 0;
  #stepsAtOnce = 0;
  #freeAt = 0;
  #overflowed = 0;
  #windowExcess = 0;
  #hasDropped = false;
  #hasStalled = false;

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
      timing: DEFAULT_TIMING,
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
    let now: Micros = START;
    while (!flow.isDone && now < TIME_LIMIT) {
      now = this.#disturb(now);
      this.#deliver(now, reply);
      while (this.#world.strange(reply, this.#sent)) flow.handleReply(reply, now);
      flow.handleTimeout(now);
      do {
        batch.count = 0;
        const before = flow.vitals.inFlight;
        flow.pollTransmit(now, batch);
        this.#checkWindow(before);
        for (let i = 0; i < batch.count; i++) this.#transmit(batch, i, now);
      } while (batch.count > 0);
      this.#drainEvents();
      now = this.#nextTime(now);
    }
    this.#drainEvents();
    return {
      flow,
      events: this.#events,
      sent: this.#sent,
      elapsed: now - START,
      overflowed: this.#overflowed,
      windowExcess: this.#windowExcess,
    };
  }

  /** What happens to the loop itself. Returns the time after it. */
  #disturb(now: Micros): Micros {
    const { captureDropAt, stall } = this.#world;
    if (now - START >= captureDropAt && !this.#hasDropped) {
      this.#hasDropped = true;
      this.#flow.handleCaptureDrop();
    }
    if (now - START < stall.at || this.#hasStalled) return now;
    this.#hasStalled = true;
    const after = micros(now + stall.length);
    this.#flow.handleStall(micros(stall.length), after);
    return after;
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

  /** A window that has shrunk may be overfull; what matters is that nothing is added to it. */
  #checkWindow(before: number): void {
    const { phase, inFlight, cwnd } = this.#flow.stats;
    if (phase !== "scan" || !this.#flow.isUp || inFlight <= before) return;
    const allowed = Math.max(before, Math.ceil(cwnd));
    this.#windowExcess = Math.max(this.#windowExcess, inFlight - allowed);
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
    const to: Transmission = {
      time: now - START,
      kind: batch.kind[index]! as Kind,
      target: batch.target[index]!,
      port: batch.port[index]!,
      localPort: batch.localPort[index]!,
      token: batch.token[index]!,
    };
    this.#sent.push(to);
    const delay = this.#passBottleneck(now);
    if (delay < 0 || this.#random.chance(world.loss) || this.#random.chance(world.loss)) return;
    const roundTrip = world.rttMs * MILLISECOND;
    const at = now + delay + roundTrip;
    if (at > world.silentAfter) return;
    const kind = this.#answerOf(to);
    if (kind === undefined) return;
    const answer = world.change({ kind, code: 13, extraMs: 0, times: 1, shift: 0 }, to);
    for (let i = 0; i < (answer?.times ?? 0); i++) {
      this.#schedule(at + answer!.extraMs * MILLISECOND + i * roundTrip, answer!, to);
    }
  }

  #answerOf({ kind, port, target }: Transmission): ReplyKind | undefined {
    if (kind === Kind.ECHO) return this.#world.echo ? ReplyKind.ECHO_REPLY : undefined;
    if (kind !== Kind.SYN) return this.#world.answers.includes(kind) ? ANSWERS[kind] : undefined;
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

  #schedule(at: number, answer: Answer, to: Transmission): void {
    const fill = (reply: Reply) => fillReply(reply, answer, to);
    const delivery = { at, order: this.#order++, fill };
    let place = this.#deliveries.length;
    while (place > 0 && this.#deliveries[place - 1]!.at > at) place--;
    this.#deliveries.splice(place, 0, delivery);
  }
}

/** Makes a reply say that it answers a transmission. */
export function fillReply(reply: Reply, answer: Partial<Answer>, to: Transmission): void {
  const { kind = ReplyKind.SYN_ACK, code = 0, shift = 0 } = answer;
  reply.kind = kind;
  reply.target = to.target;
  reply.port = to.port;
  reply.localPort = to.localPort;
  reply.token = (to.token + shift) >>> 0;
  reply.altToken = reply.token;
  reply.code = 0;
  reply.fromTarget = true;
  if (kind !== ReplyKind.UNREACHABLE) return;
  reply.quotedKind = to.kind;
  reply.code = to.kind === Kind.UDP ? 3 : code;
  reply.fromTarget = to.kind === Kind.UDP;
}
