/**
 * The engine among strangers: what is not an answer to us is counted, and changes nothing. A run
 * with junk is compared with the same run without: same packets, same verdicts, bit for bit.
 */
import { assertEquals, assertGreater } from "@std/assert";
import { Kind, KIND_COUNT } from "engine/kind.ts";
import { type Reply, ReplyKind } from "engine/reply.ts";
import fc from "fast-check";
import { micros, SECOND } from "units";
import {
  fillReply,
  type Run,
  runFlow,
  type Transmission,
  type World,
} from "../support/flow_harness.ts";

/** A network with every kind of port, some loss, and a queue that fills. */
const WORLD = {
  ports: Array.from({ length: 120 }, (_, i) => i + 1),
  rule: (port: number) =>
    port % 9 === 4 ? "open" : port % 5 === 0 ? "dropped" : port % 7 === 0 ? "prohibited" : "closed",
  rate: 4_000,
  queue: 30,
  loss: 0.02,
  targetCount: 2,
} satisfies Partial<World>;

/** Kinds of reply whose place, target, ports and token a stranger may choose. */
const REPLY_KINDS = Object.values(ReplyKind);

/** Codes of "unreachable" that say nothing about a port. */
const IDLE_CODES = [4, 6, 7, 8, 11, 12, 14, 15, 100, 255];

/** One packet of a stranger: a copy of an answer to us with a mistake in it. */
interface Forgery {
  /** Which of the packets sent so far it is about, counted from the newest. */
  readonly back: number;
  readonly kind: ReplyKind;
  /** What is wrong with it. */
  readonly mistake: (typeof MISTAKES)[number];
  /** By how much. */
  readonly by: number;
  readonly code: number;
  readonly quotedKind: number;
  readonly isFromTarget: boolean;
}

const MISTAKES = ["token", "number", "port", "local port", "target", "kind", "code"] as const;

const FORGERY: fc.Arbitrary<Forgery> = fc.record({
  back: fc.oneof(fc.nat(3), fc.nat(300)),
  kind: fc.constantFrom(...REPLY_KINDS),
  mistake: fc.constantFrom(...MISTAKES),
  by: fc.integer({ min: 2, max: 0xffff }),
  code: fc.constantFrom(...IDLE_CODES, 0, 1, 3, 9, 10, 13),
  quotedKind: fc.nat(KIND_COUNT - 1),
  isFromTarget: fc.boolean(),
});

/** Fills in the reply of a stranger. */
function forge(reply: Reply, forgery: Forgery, sent: readonly Transmission[]): void {
  const original = sent[Math.max(0, sent.length - 1 - forgery.back)]!;
  fillReply(reply, { kind: forgery.kind, code: forgery.code }, original);
  reply.quotedKind = original.kind;
  reply.fromTarget = forgery.isFromTarget;
  reply.ttl = forgery.by & 0xff;
  reply.time = micros(forgery.by * SECOND);
  spoil(reply, forgery);
}

function spoil(reply: Reply, { mistake, by, code, quotedKind }: Forgery): void {
  switch (mistake) {
    case "token": // The low bits are hash; 0 and all ones would be right.
      reply.token = (reply.token + by) >>> 0;
      break;
    case "number": // A try or a round that has never been sent.
      reply.token = (reply.token + (8 << 28)) >>> 0;
      break;
    case "port":
      reply.port = (reply.port + by) & 0xffff;
      break;
    case "local port":
      reply.localPort = (reply.localPort + by) & 0xffff;
      break;
    case "target":
      reply.target += 1 - 2 * (reply.target & 1);
      break;
    case "kind":
      reply.kind = ReplyKind.UNREACHABLE;
      reply.quotedKind = quotedKind === reply.quotedKind ? Kind.MASK : quotedKind;
      if (reply.quotedKind === Kind.UDP) reply.code = 13;
      break;
    case "code":
      reply.kind = ReplyKind.UNREACHABLE;
      reply.code = IDLE_CODES[code % IDLE_CODES.length]!;
  }
  reply.altToken = reply.token;
}

/** Everything of a run that a stranger must not change. */
function essence({ flow, events, sent, elapsed }: Run): unknown {
  const { stray: _, ...stats } = flow.stats;
  const { state, reason, ttl, tries } = flow.outcomes;
  return { stats, state, reason, ttl, tries, events, sent, elapsed };
}

Deno.test("Flow counts what strangers send, and does what it would have done", () => {
  const forgeries = fc.array(FORGERY, { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(fc.nat(1_000), forgeries, (seed, list) => {
      const quiet = runFlow({ ...WORLD, seed });
      let strange = 0;
      let turn = 0;
      const run = runFlow({
        ...WORLD,
        seed,
        strange(reply, sent) {
          if (sent.length === 0 || turn++ % 3 === 2) return false;
          forge(reply, list[strange++ % list.length]!, sent);
          return true;
        },
      });
      assertEquals(run.flow.stats.stray, quiet.flow.stats.stray + strange);
      assertGreater(strange, 0);
      assertEquals(essence(run), essence(quiet));
    }),
    { numRuns: 60 },
  );
});

Deno.test("Flow takes an answer that is repeated once", () => {
  fc.assert(
    fc.property(fc.nat(1_000), fc.integer({ min: 2, max: 9 }), (seed, times) => {
      const calm = { ...WORLD, seed, rate: Infinity, loss: 0 };
      const once = runFlow(calm);
      const often = runFlow({ ...calm, change: (answer) => ({ ...answer, times }) });
      const { state, reason, open } = once.flow.outcomes;
      assertEquals([often.flow.outcomes.state, often.flow.outcomes.reason], [state, reason]);
      assertEquals(often.events.filter(({ type }) => type === "open").length, open);
      assertEquals([often.flow.stats.losses, often.flow.stats.stray], [0, 0]);
      assertGreater(often.flow.stats.replies, once.flow.stats.replies);
    }),
    { numRuns: 40 },
  );
});

Deno.test("Flow under one source port believes only the number that its tries share", () => {
  const localPorts = { probeFirst: 53, probeCount: 1, triggerFirst: 53, triggerCount: 1 };
  const world = { ...WORLD, targetCount: 1, loss: 0 };
  const quiet = runFlow(world, { localPorts });
  let strange = 0;
  const run = runFlow({
    ...world,
    strange(reply, sent) {
      // A dropped port is never a trigger, so all that goes there are tries.
      const probe = sent.findLast(({ port }) => WORLD.rule(port) === "dropped");
      if (probe === undefined || ++strange % 16 === 0) return false;
      fillReply(reply, { kind: ReplyKind.SYN_ACK }, probe);
      reply.token = (reply.token + (strange << 28)) >>> 0;
      return true;
    },
  }, { localPorts });
  assertGreater(strange, 0);
  assertEquals(essence(run), essence(quiet));
});
