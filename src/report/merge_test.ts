import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { makeEnd, makeOpen, makeStart, makeTarget } from "../../test/support/events.ts";
import { PortState, Reason } from "engine/port_state.ts";
import type { ScanEvent } from "scan/event.ts";
import { countTable } from "./count_by.ts";
import { diffResults, formatChanges } from "./diff.ts";
import { JsonLines } from "./json_lines.ts";
import { mergeResults } from "./merge.ts";
import { portsOf, readResult, type StoredResult } from "./stored_result.ts";

/** A result of one finished target with these open ports; 443 is closed. */
function result(
  ip: string,
  open: number[],
  { startUs = 1, isCut = false }: { startUs?: number; isCut?: boolean } = {},
): StoredResult {
  const facts = [...open, 443].map((port) =>
    [
      port,
      port === 443 ? PortState.CLOSED : PortState.OPEN,
      port === 443 ? Reason.RESET : Reason.SYN_ACK,
    ] as [number, PortState, Reason]
  );
  const events: ScanEvent[] = [
    makeStart(),
    ...open.map((port) => ({ ...makeOpen(port), ip })),
    ...(isCut ? [] : [makeTarget(facts, { ip, startUs }), makeEnd()]),
  ];
  const format = new JsonLines();
  const text = events.map((event) => format.render(event)).join("");
  return readResult(isCut ? text + '{"type":"tar' : text, `${ip}.jsonl`);
}

Deno.test("readResult() reads back what JsonLines wrote", () => {
  const { targets, end, ports } = result("192.0.2.10", [22, 80]);
  assertEquals([targets.size, ports.length, end?.["exit"]], [1, 2, 0]);
  assertEquals(portsOf(targets.get("192.0.2.10")!, "open"), [22, 80]);
});

Deno.test("readResult() keeps what a file holds that was cut off", () => {
  const { targets, end } = result("192.0.2.10", [22, 80], { isCut: true });
  assertEquals(end, undefined);
  assertEquals(portsOf(targets.get("192.0.2.10")!, "open"), [22, 80]);
});

Deno.test("readResult() says what is wrong with a file", () => {
  const cases: [string, string][] = [
    ["", "it is not a result"],
    ['{"type":"end"}\n', "it is not a result"],
    ["no json\n{}\n", "its line 1 is not a JSON object"],
    ['{"type":"start","scanner":"portbunny","format":99}\n', "it has format 99"],
  ];
  for (const [text, message] of cases) {
    assertThrows(() => readResult(text, "x"), SyntaxError, message);
  }
});

Deno.test("mergeResults() has every target once, as its newest finished scan says", () => {
  const merged = mergeResults([
    result("192.0.2.1", [22], { startUs: 5 }),
    result("192.0.2.1", [22, 80], { startUs: 9 }),
    result("192.0.2.1", [8080], { isCut: true }),
    result("192.0.2.2", [80], { isCut: true }),
  ], "1.2.3");
  assertEquals(merged.targets.map(({ ip }) => ip), ["192.0.2.1", "192.0.2.2"]);
  assertEquals(portsOf(merged.targets[0]!, "open"), [22, 80]);
  assertEquals(merged.notes.length, 2);
  const again = readResult(merged.text, "merged");
  assertEquals([again.targets.size, again.end?.["exit"], again.end?.["open"]], [2, 2, 3]);
});

Deno.test("countTable() counts by port and by network", () => {
  const { targets } = mergeResults([
    result("192.0.2.1", [22, 80]),
    result("192.0.2.2", [80]),
    result("198.51.100.1", []),
  ], "1.2.3");
  const byPort = countTable(targets, "port", (port) => port === 80 ? "http" : undefined);
  assertEquals(byPort.split("\n")[0], "80/tcp     http             open on 2 addresses");
  const byNetwork = countTable(targets, "network", () => undefined);
  assertStringIncludes(byNetwork, "192.0.2.0/24         2 addresses up, 2 addresses with 3 open");
});

Deno.test("diffResults() tells who appeared and went, and which ports opened", () => {
  const before = mergeResults([result("192.0.2.1", [22]), result("192.0.2.2", [80])], "1");
  const after = mergeResults([result("192.0.2.1", [22]), result("192.0.2.3", [25])], "1");
  const [was, is] = [before, after].map(({ text }, i) => readResult(text, `${i}`));
  assertEquals(
    formatChanges(diffResults(was!, is!)),
    "- 192.0.2.2 went; no longer open: 80\n+ 192.0.2.3 appeared; open: 25\n",
  );
  assertEquals(diffResults(was!, was!), []);
});
