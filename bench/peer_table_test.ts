import { assertEquals } from "@std/assert";
import type { PeerSummary } from "./peer_summary.ts";
import { failuresOf, peerTable } from "./peer_table.ts";

const PRESETS = [{ name: "near", ports: 100, pairs: 100, open: 2, limitMs: 500 }];

/** A row's figures. */
function summary(contender: string, more: Partial<PeerSummary>): PeerSummary {
  return {
    preset: "near",
    contender,
    trials: 3,
    isCapped: false,
    wallMs: 1_234,
    timeOverOurs: 1,
    timeOverLimit: 2.468,
    cpuMs: 50,
    rssMb: 97.6,
    packetsPerPair: 1.015,
    causedLoss: 0.0123,
    openFound: 2,
    wrongOpen: 0,
    wrongClosed: 1,
    wrongFiltered: 3,
    undecided: 4,
    ...more,
  };
}

/** The rows of a table of summaries. */
function rowsOf(...summaries: PeerSummary[]): (readonly string[])[] {
  return [...peerTable(summaries, { presets: PRESETS, openOnly: new Set(["m"]) }).rows];
}

Deno.test("peerTable() names a preset once and gives each figure its digits", () => {
  const [first, second] = rowsOf(summary("we", {}), summary("they", { timeOverOurs: 71.26 }));
  assertEquals(
    first!.join(" | "),
    "near | we | 1.23 | 1.00 | 2.47 | 0.05 | 98 | 1.01 | 1.23 % | 2 of 2 | 0 | 1 | 3 | 4",
  );
  assertEquals(second!.slice(0, 4), ["", "they", "1.23", "71.3"]);
});

Deno.test("peerTable() says nothing of what a contender was not asked or had no time for", () => {
  const capped = { isCapped: true, wallMs: 60_000, timeOverOurs: 123.4 };
  const [open, cut] = rowsOf(summary("m", {}), summary("they", capped));
  assertEquals(open!.slice(-4), ["0", "–", "–", "–"]);
  assertEquals(cut!.slice(2, 5), ["> cap (60.0)", "> 123", "> 2.47"]);
  assertEquals(cut!.slice(-3), ["–", "–", "–"]);
});

Deno.test("peerTable() says what failed", () => {
  const failed = summary("they", { trials: 0, failure: "exit code 1" });
  assertEquals(rowsOf(failed), [["near", "they", "failed"]]);
  assertEquals(failuresOf([summary("we", {}), failed]), ["near, they: exit code 1"]);
});
