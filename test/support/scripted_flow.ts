/**
 * A flow whose answers a test gives one by one: it notes what leaves, and answers what it is told
 * to answer, when it is told to.
 */
import { assert } from "assertion";
import { Flow, type FlowOptions } from "engine/flow.ts";
import { Kind } from "engine/kind.ts";
import { ProbeBatch } from "engine/probe_batch.ts";
import { Reply, ReplyKind } from "engine/reply.ts";
import { Random } from "random";
import { type Micros, micros, MILLISECOND, SECOND } from "units";

/** A transmission that has left. */
export interface Sent {
  readonly at: Micros;
  readonly kind: number;
  readonly port: number;
  readonly localPort: number;
  readonly token: number;
}

/** First local port of triggers. */
const TRIGGER_FIRST = 61_016;

/** See the file's comment. */
export class ScriptedFlow {
  readonly flow: Flow;
  /** Triggers in the order of sending, candidates of the search not among them. */
  readonly triggers: Sent[] = [];
  /** Probes in the order of sending. */
  readonly probes: Sent[] = [];
  readonly #batch = new ProbeBatch(64);
  #now = 1 * SECOND;

  /** Makes a flow of 2,000 ports, of which 113 answers the search with a RST after `rttMs`. */
  constructor(rttMs: number, changes: Partial<FlowOptions> = {}) {
    this.flow = new Flow({
      firstTarget: 0,
      targetCount: 1,
      ports: Uint16Array.from({ length: 2_000 }, (_, i) => 1_000 + i),
      likelyPorts: [1_113],
      key: [7, 9],
      random: new Random(1),
      localPorts: {
        probeFirst: 61_000,
        probeCount: 16,
        triggerFirst: TRIGGER_FIRST,
        triggerCount: 64,
      },
      timing: "reno",
      limits: { maxError: 0.01, minSilences: 2, maxRetries: 10 },
      maxRate: Infinity,
      skipSearch: false,
      searchOnly: false,
      ...changes,
    });
    this.advance(2);
    const candidate = this.triggers.find(({ kind, port }) => kind === Kind.SYN && port === 1_113);
    assert(candidate !== undefined, "The search does not ask port 1113");
    this.advance(rttMs - 1);
    this.triggers.length = 0;
    this.answer(candidate);
  }

  /** Virtual time. */
  get now(): Micros {
    return micros(this.#now);
  }

  /** Time passes in steps of a millisecond; timers fire, what may leave leaves. */
  advance(ms: number): void {
    for (let step = 0; step < ms; step++) {
      this.#now += MILLISECOND;
      this.flow.handleTimeout(this.now);
      this.#transmit();
    }
  }

  /** A transmission is answered now: a SYN with RST, an echo with its reply. */
  answer(sent: Sent, changes: Partial<Reply> = {}): void {
    const reply = new Reply();
    reply.kind = sent.kind === Kind.ECHO ? ReplyKind.ECHO_REPLY : ReplyKind.RST;
    reply.port = sent.port;
    reply.localPort = sent.localPort;
    reply.token = sent.token;
    reply.altToken = sent.token;
    reply.ttl = 64;
    reply.time = this.now;
    this.flow.handleReply(Object.assign(reply, changes), this.now);
  }

  #transmit(): void {
    const batch = this.#batch;
    do {
      batch.count = 0;
      this.flow.pollTransmit(this.now, batch);
      for (let i = 0; i < batch.count; i++) {
        const localPort = batch.localPort[i]!;
        const isProbe = batch.kind[i] === Kind.SYN && localPort < TRIGGER_FIRST;
        (isProbe ? this.probes : this.triggers).push({
          at: this.now,
          kind: batch.kind[i]!,
          port: batch.port[i]!,
          localPort,
          token: batch.token[i]!,
        });
      }
    } while (batch.count > 0);
  }
}
