import { assertEquals } from "@std/assert";
import { mistakesIn, scoreFindings, type Truth } from "./score.ts";

/** Two hosts: 1 is open, 2 closed, 3 filtered. */
const TRUTH: Truth = {
  targets: ["192.0.2.1", "192.0.2.2"],
  ports: [1, 2, 3],
  stateOf: (_, port) => port === 1 ? "open" : port === 2 ? "closed" : "filtered",
};

const RIGHT = { open: "1", closed: "2", filtered: "3" };

Deno.test("scoreFindings() counts nothing wrong when all is right", () => {
  const score = scoreFindings(new Map([["192.0.2.1", RIGHT], ["192.0.2.2", RIGHT]]), TRUTH);
  assertEquals(score.openFound, 2);
  assertEquals(mistakesIn(score), 0);
});

Deno.test("scoreFindings() counts each kind of mistake where it belongs", () => {
  const wrong: Record<string, string> = { closed: "1", filtered: "2", open: "3" };
  const vague: Record<string, string> = { "open": "1", "closed|filtered": "2", unknown: "3" };
  assertEquals(scoreFindings(new Map([["192.0.2.1", wrong], ["192.0.2.2", vague]]), TRUTH), {
    openFound: 1,
    openMissed: 1,
    wrongOpen: 1,
    wrongClosed: 1,
    wrongFiltered: 1,
    undecided: 2,
  });
});

Deno.test("scoreFindings() counts a host that was not found as undecided", () => {
  const score = scoreFindings(new Map([["192.0.2.1", RIGHT]]), TRUTH);
  assertEquals([score.openMissed, score.undecided, mistakesIn(score)], [1, 3, 3]);
});
