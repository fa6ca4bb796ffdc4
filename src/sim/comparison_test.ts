import { assertEquals } from "@std/assert";
import { PortState, Reason } from "engine/port_state.ts";
import { TargetSet } from "scan/target_set.ts";
import { makeTarget, type PortFact } from "../../test/support/events.ts";
import { addUntold, compareVerdicts, countWrong, type Truth } from "./comparison.ts";

/** 192.0.2.0 to 192.0.2.3. */
const FIRST = 0xc0000200;

const { OPEN, CLOSED, FILTERED, CLOSED_FILTERED, UNKNOWN } = PortState;

/** All ports are in one state; nothing stands behind the second address. */
function truthOf(state: PortState): Truth {
  return { isUp: (address) => address <= FIRST + 1, stateOf: () => state };
}

/** A target that says this of port 80. */
function saying(verdict: PortState, last = 0) {
  const fact: PortFact = [80, verdict, Reason.NONE];
  return makeTarget([fact], { ip: `192.0.2.${last}` });
}

Deno.test("compareVerdicts() tells every kind of mistake", () => {
  const count = (verdict: PortState, state: PortState) => {
    const { ghosts: _, missedTargets: __, ...counts } = compareVerdicts(
      [saying(verdict)],
      truthOf(state),
    );
    return Object.entries(counts).filter(([, times]) => times > 0).map(([name]) => name);
  };
  assertEquals(count(OPEN, OPEN), ["right"]);
  assertEquals(count(OPEN, CLOSED), ["falselyOpen"]);
  assertEquals(count(CLOSED, OPEN), ["falselyClosed"]);
  assertEquals(count(FILTERED, OPEN), ["missed", "missedOpen"]);
  assertEquals(count(FILTERED, CLOSED), ["missed"]);
  assertEquals(count(CLOSED_FILTERED, CLOSED), ["right"]);
  assertEquals(count(CLOSED_FILTERED, OPEN), ["missed", "missedOpen"]);
  assertEquals(count(UNKNOWN, OPEN), ["undecided"]);
});

Deno.test("compareVerdicts() counts targets that were missed, and ghosts", () => {
  const down = makeTarget([], { ip: "192.0.2.1", state: "down" });
  const { missedTargets, ghosts } = compareVerdicts([down, saying(OPEN, 3)], truthOf(OPEN));
  assertEquals([missedTargets, ghosts], [1, 1]);
});

Deno.test("addUntold() counts targets that nothing was said of, if they answer", () => {
  const asked = {
    targets: TargetSet.ofRanges([{ first: FIRST, last: FIRST + 3 }]),
    ports: Uint16Array.of(80),
  };
  const missed = (state: PortState) => {
    const told = [saying(state)];
    const truth = truthOf(state);
    const comparison = compareVerdicts(told, truth);
    addUntold(comparison, asked, { told, truth });
    return comparison.missedTargets;
  };
  assertEquals([missed(CLOSED), missed(FILTERED)], [1, 0]);
});

Deno.test("countWrong() leaves out what was left undecided", () => {
  const wrong = [saying(OPEN), saying(UNKNOWN), saying(FILTERED)];
  assertEquals(countWrong(compareVerdicts(wrong, truthOf(CLOSED))), 2);
});
