import { assertAlmostEquals, assertEquals } from "@std/assert";
import { type PresetFacts, summarizePeers } from "./peer_summary.ts";
import type { FinishedTrial, PeerTrial } from "./peer_trial.ts";

const PRESETS: readonly PresetFacts[] = [
  { name: "near", ports: 100, pairs: 100, open: 2, limitMs: 500 },
  { name: "far", ports: 10, pairs: 10, open: 1, limitMs: 5_000 },
];

const NAMES = { presets: PRESETS, contenders: ["we", "they"], ours: "we" };

/** A trial from the figures that a test is about. */
function trial(preset: string, contender: string, more: Partial<FinishedTrial>): PeerTrial {
  return {
    preset,
    contender,
    round: 1,
    wallMs: 1_000,
    cpuMs: 10,
    rssMb: 50,
    code: 0,
    isCapped: false,
    sent: 200,
    received: 100,
    overflowed: 0,
    score: {
      openFound: 2,
      openMissed: 0,
      wrongOpen: 0,
      wrongClosed: 0,
      wrongFiltered: 0,
      undecided: 0,
    },
    ...more,
  };
}

Deno.test("summarizePeers() takes medians and relates them to us and to the limit", () => {
  const [we, they, ...rest] = summarizePeers([
    ...[900, 1_000, 5_000].map((wallMs) => trial("near", "we", { wallMs })),
    trial("near", "they", { wallMs: 4_000, overflowed: 50 }),
  ], NAMES);
  assertEquals(rest, []);
  assertEquals([we!.wallMs, we!.timeOverOurs, we!.timeOverLimit], [1_000, 1, 2]);
  assertEquals([we!.trials, we!.packetsPerPair], [3, 2]);
  assertEquals([they!.contender, they!.timeOverOurs, they!.timeOverLimit], ["they", 4, 8]);
  assertAlmostEquals(they!.causedLoss, 0.25);
});

Deno.test("summarizePeers() says when most trials were ended by our patience", () => {
  const trials = [true, true, false].map((isCapped) => trial("far", "they", { isCapped }));
  const [they] = summarizePeers(trials, NAMES);
  assertEquals([they!.preset, they!.isCapped, they!.timeOverOurs], ["far", true, undefined]);
  assertEquals(summarizePeers(trials.slice(1), NAMES)[0]!.isCapped, false);
});

Deno.test("summarizePeers() keeps what failed apart", () => {
  const failed = { preset: "near", contender: "they", round: 1, failure: "exit code 1" };
  const [they] = summarizePeers([failed], NAMES);
  assertEquals([they!.trials, they!.failure, they!.wallMs], [0, "exit code 1", NaN]);
});
