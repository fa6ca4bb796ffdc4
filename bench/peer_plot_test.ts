import { assertEquals, assertStringIncludes } from "@std/assert";
import { plotPeers } from "./peer_plot.ts";
import type { PeerSummary } from "./peer_summary.ts";

const PRESETS = ["near", "far", "unknown"].map((name) => ({
  name,
  ports: 100,
  pairs: 100,
  open: 2,
  limitMs: 500,
}));

/** A dot's figures. */
function summary(preset: string, contender: string, more: Partial<PeerSummary>): PeerSummary {
  return {
    preset,
    contender,
    trials: 1,
    isCapped: false,
    wallMs: 1_000,
    timeOverLimit: 2,
    cpuMs: 0,
    rssMb: 0,
    packetsPerPair: 1,
    causedLoss: 0,
    openFound: 2,
    wrongOpen: 0,
    wrongClosed: 0,
    wrongFiltered: 0,
    undecided: 0,
    ...more,
  };
}

/** The picture of some dots. */
function plot(...summaries: PeerSummary[]): string {
  const contenders = ["we", "they <fast>"];
  return plotPeers({ summaries, presets: PRESETS, contenders, captions: ["a & b", "c"] });
}

Deno.test("plotPeers() has a line for each preset with results, and escapes text", () => {
  const svg = plot(summary("near", "we", {}), summary("far", "they <fast>", {}));
  assertStringIncludes(svg, ">near</text>");
  assertStringIncludes(svg, ">far</text>");
  assertEquals(svg.includes("unknown"), false);
  assertStringIncludes(svg, "a &amp; b");
  assertStringIncludes(svg, "they &lt;fast>: 2.00 × limit");
});

Deno.test("plotPeers() puts what takes longer further to the right, on a logarithmic axis", () => {
  const svg = plot(
    summary("near", "we", { timeOverLimit: 1 }),
    summary("near", "they <fast>", { timeOverLimit: 100 }),
    summary("far", "we", { timeOverLimit: 10 }),
  );
  const places = [...svg.matchAll(/<circle cx="([\d.]+)" cy="[\d.]+" r="5" fill="[^"]+"><title>/g)]
    .map(([, x]) => Number(x));
  assertEquals(places, [930, 190, 560]);
});

Deno.test("plotPeers() marks what was ended by an arrow, what was wrong by a cross", () => {
  const svg = plot(
    summary("near", "we", { openFound: 1 }),
    summary("far", "we", { wrongFiltered: 1 }),
    summary("near", "they <fast>", { isCapped: true, timeOverLimit: 40 }),
  );
  assertStringIncludes(svg, "1 of 2 open ports missed");
  assertStringIncludes(svg, "1 verdicts wrong");
  assertEquals(svg.match(/l 10 10/g)?.length, 2);
  assertStringIncludes(svg, "more than 40.00 × limit");
});

Deno.test("plotPeers() leaves out trials that came to nothing", () => {
  assertEquals(plot(summary("near", "we", { trials: 0 })).includes("<title>"), false);
});
