import { assertEquals, assertThrows } from "@std/assert";
import {
  countPorts,
  formatPorts,
  LAST_PORT,
  parseRanges,
  type PortPlan,
  rangesWithout,
  truthOf,
} from "./ports.ts";

const PLAN: PortPlan = {
  open: [22, LAST_PORT],
  dropped: [[100, 199]],
  reset: [[300, 300]],
  prohibited: [[400, 401]],
};

Deno.test("truthOf() says what each port of a plan does", () => {
  const truth = truthOf(PLAN);
  assertEquals(truth[22], { state: "open", reason: "syn-ack" });
  assertEquals(truth[199], { state: "filtered", reason: "no-response" });
  assertEquals(truth[300], { state: "closed", reason: "reset" });
  assertEquals(truth[401], { state: "filtered", reason: "admin-prohibited" });
  assertEquals(truth[402], { state: "closed", reason: "reset" });
  assertEquals(truth[LAST_PORT]?.state, "open");
});

Deno.test("rangesWithout() covers every port but those named", () => {
  assertEquals(rangesWithout([80, 22, 81, LAST_PORT]), [[1, 21], [23, 79], [82, LAST_PORT - 1]]);
  assertEquals(countPorts(rangesWithout([80, 22, 81])), LAST_PORT - 3);
});

Deno.test("parseRanges() reads what formatPorts() writes", () => {
  const text = formatPorts([1, 2, 3, 22, 80, 81]);
  assertEquals(text, "1-3,22,80-81");
  assertEquals(parseRanges(text), [[1, 3], [22, 22], [80, 81]]);
  assertEquals(parseRanges(""), []);
  assertThrows(() => parseRanges("1-x"), SyntaxError, '"1-x"');
});
