import { assertEquals } from "@std/assert";
import { MAX_SILENCES, Outcomes } from "./outcomes.ts";
import { PortState, Reason } from "./port_state.ts";

Deno.test("Outcomes.settle() counts each pair once, and corrects upward", () => {
  const outcomes = new Outcomes(3);
  outcomes.settle(0, PortState.FILTERED, Reason.ADMIN_PROHIBITED, 60);
  assertEquals([outcomes.settled, outcomes.answered, outcomes.open], [1, 0, 0]);
  outcomes.settle(0, PortState.CLOSED, Reason.RESET, 61);
  outcomes.settle(0, PortState.OPEN, Reason.SYN_ACK, 62);
  outcomes.settle(0, PortState.OPEN, Reason.SYN_ACK, 62);
  assertEquals([outcomes.settled, outcomes.answered, outcomes.open], [1, 1, 1]);
  assertEquals([outcomes.reason[0], outcomes.ttl[0]], [Reason.SYN_ACK, 62]);
  assertEquals([outcomes.isSettled(0), outcomes.isSettled(1)], [true, false]);
});

Deno.test("Outcomes.addSilence() counts by the classes that were alive, to a limit", () => {
  const outcomes = new Outcomes(2);
  outcomes.addSilence(1, true, false);
  outcomes.addSilence(1, true, true);
  outcomes.addSilence(1, false, false);
  const counts = () => [
    outcomes.silences(1),
    outcomes.silencesAgainstOpen(1),
    outcomes.silencesAgainstClosed(1),
  ];
  assertEquals(counts(), [3, 2, 1]);
  for (let i = 0; i < 50; i++) outcomes.addSilence(1, true, true);
  assertEquals(counts(), [MAX_SILENCES, MAX_SILENCES, MAX_SILENCES]);
  assertEquals(outcomes.silences(0), 0);
});

Deno.test("Outcomes.excuse() counts beside the silences", () => {
  const outcomes = new Outcomes(1);
  outcomes.addSilence(0, true, true);
  for (let i = 0; i < 20; i++) outcomes.excuse(0);
  assertEquals([outcomes.excused(0), outcomes.silences(0)], [MAX_SILENCES, 1]);
  assertEquals([outcomes.silencesAgainstOpen(0), outcomes.silencesAgainstClosed(0)], [1, 1]);
});

Deno.test("Outcomes.settle() takes back the silences of a pair that has answered", () => {
  const outcomes = new Outcomes(2);
  outcomes.addSilence(0, true, true);
  outcomes.addSilence(0, true, true);
  outcomes.addSilence(1, true, true);
  assertEquals(outcomes.silencesCounted, 3);
  outcomes.settle(0, PortState.OPEN, Reason.SYN_ACK, 64);
  assertEquals(outcomes.silencesCounted, 1);
});
