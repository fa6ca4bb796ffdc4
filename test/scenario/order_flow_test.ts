/** What a flow sends when: order of pairs, spacing of tries, share of triggers, the window. */
import {
  assertEquals,
  assertGreater,
  assertGreaterOrEqual,
  assertLess,
  assertLessOrEqual,
  assertNotEquals,
} from "@std/assert";
import { Kind } from "engine/kind.ts";
import { MILLISECOND } from "units";
import { type PortRule, type Run, runFlow, type Transmission } from "../support/flow_harness.ts";

const LOSSES = [0, 0.01, 0.05];

/** Mostly silent, so that most ports are asked more than once. */
function silentRule(port: number): PortRule {
  return port % 50 === 22 ? "open" : port % 50 === 13 ? "closed" : "dropped";
}

/** Every port answers by itself. */
function closedRule(): PortRule {
  return "closed";
}

/** The tries of ports that never answer. The search and triggers have ports of their own. */
function silentTries({ sent }: Run): Transmission[] {
  return sent.filter(({ kind, port, localPort }) =>
    kind === Kind.SYN && localPort < 61_016 && silentRule(port) === "dropped"
  );
}

for (const loss of LOSSES) {
  const title = `at ${loss * 100} % loss`;

  Deno.test(`Flow asks a pair again only after all other unknown pairs, ${title}`, () => {
    for (let seed = 1; seed <= 5; seed++) {
      const run = runFlow({ seed, rule: silentRule, loss });
      const tries = new Map<number, number>();
      for (const { port } of silentTries(run)) {
        const before = tries.get(port) ?? 0;
        // Two silences are enough at first: what has them may rest until the end of the pass.
        for (const [other, count] of tries) {
          assertGreaterOrEqual(count, Math.min(before, 2), `seed ${seed}: ${port}, ${other}`);
        }
        if (before > 0) assertEquals(tries.size, 960, `seed ${seed}: ${port} before the rest`);
        tries.set(port, before + 1);
      }
    }
  });

  Deno.test(`Flow spaces the tries of a pair by two round trips, at least 100 ms, ${title}`, () => {
    for (const rttMs of [1, 20, 200]) {
      const run = runFlow({ ports: [1, 2, 3, 22, 13], rule: silentRule, rttMs, loss });
      const last = new Map<number, number>();
      for (const { port, time } of silentTries(run)) {
        const least = Math.max(100, 2 * rttMs) * MILLISECOND - 1;
        assertGreaterOrEqual(time - (last.get(port) ?? -Infinity), least);
        last.set(port, time);
      }
    }
  });

  Deno.test(`Flow sends a try from the port of its number, ${title}`, () => {
    const run = runFlow({ rule: silentRule, loss });
    const tries = new Map<number, number>();
    for (const { port, localPort } of silentTries(run)) {
      const number = tries.get(port) ?? 0;
      assertEquals(localPort, 61_000 + number % 16);
      tries.set(port, number + 1);
    }
  });

  Deno.test(`Flow sends within its window, but for a tail trigger, ${title}`, () => {
    for (let seed = 1; seed <= 20; seed++) {
      const network = { seed, loss, rate: 6_000, queue: 30 };
      assertLessOrEqual(runFlow({ ...network, rule: silentRule }).windowExcess, 1);
      assertLessOrEqual(runFlow({ ...network, rule: closedRule }).windowExcess, 1);
    }
  });
}

Deno.test("Flow sends the same packets for the same seed, others for another", () => {
  const send = (seed: number) => runFlow({ seed, rule: silentRule, loss: 0.02 }).sent;
  assertEquals(send(7), send(7));
  assertNotEquals(
    send(7).map(({ port }) => port).slice(0, 100),
    send(8).map(({ port }) => port).slice(0, 100),
  );
});

Deno.test("Flow asks likely ports first, in random order", () => {
  const run = runFlow({ rule: () => "dropped" });
  const asked = run.sent.filter(({ kind, localPort }) => kind === Kind.SYN && localPort < 61_016)
    .map(({ port }) => port);
  assertEquals(new Set(asked.slice(0, 3)), new Set([22, 80, 443]));
  assertNotEquals(asked.slice(3, 13), asked.slice(3, 13).toSorted((a, b) => a - b));
});

// At higher loss the windows are so small that one trigger for each is more than that.
for (const loss of [0, 0.01]) {
  Deno.test(`Flow keeps triggers between 1 and 10 % of all, at ${loss * 100} % loss`, () => {
    const ports = Array.from({ length: 20_000 }, (_, i) => i + 1);
    const network = { ports, loss, rttMs: 60, rate: 12_000, queue: 60 };
    for (const rule of [silentRule, closedRule]) {
      const { probes, triggers } = runFlow({ ...network, rule }).flow.stats;
      assertGreater(triggers / (probes + triggers), 0.0095);
      assertLess(triggers / (probes + triggers), 0.105);
    }
  });
}
