import { PortState, Reason } from "engine/port_state.ts";
import { assertEquals } from "@std/assert";
import {
  filteredFacts,
  makeEnd,
  makeOpen,
  makeSample,
  makeStart,
  makeStats,
  makeTarget,
  makeUp,
  WALL_US,
} from "../../test/support/events.ts";
import { JsonLines } from "./json_lines.ts";

/** The object that the event's only line holds. */
function line(event: Parameters<JsonLines["render"]>[0]): Record<string, unknown> {
  const text = new JsonLines().render(event);
  assertEquals(text.indexOf("\n"), text.length - 1);
  return JSON.parse(text);
}

Deno.test("JsonLines.render() writes a port as the documentation has it", () => {
  assertEquals(
    new JsonLines().render(makeOpen(22)),
    '{"type":"port","ip":"192.0.2.10","port":22,"state":"open","reason":"syn-ack","ttl":64,' +
      `"rtt_us":2050,"time_us":${WALL_US + 5_000}}\n`,
  );
});

Deno.test("JsonLines.render() starts with the version of the format", () => {
  const { type, format, scanner, version, ports, seed } = line(makeStart());
  assertEquals({ type, format, scanner, version, ports, seed }, {
    type: "start",
    format: 1,
    scanner: "portbunny",
    version: "1.2.3",
    ports: "22,80",
    seed: 7,
  });
});

Deno.test("JsonLines.render() writes port ranges for every state of a target", () => {
  const target = line(makeTarget(filteredFacts(), { name: "db.example" }));
  assertEquals(target["states"], {
    open: "22,80",
    closed: "113",
    filtered: "1-21,23-79,81-112,114-65535",
  });
  assertEquals(target["counts"], { open: 2, closed: 1, filtered: 65_532 });
  assertEquals(target["reasons"], {
    open: { "syn-ack": "22,80" },
    closed: { reset: "113" },
    filtered: { "no-response": "1-21,23-79,81-112,114-65535" },
  });
  const { name, loss, residual_error, srtt_us, algorithm } = target;
  assertEquals([name, loss, residual_error, srtt_us, algorithm], [
    "db.example",
    0.000975,
    0.000312,
    2_100,
    "reno",
  ]);
});

Deno.test("JsonLines.render() names all states, and why ports are undecided", () => {
  const target = line(makeTarget([
    [1, PortState.UNKNOWN, Reason.STOPPED_ANSWERING],
    [2, PortState.CLOSED_FILTERED, Reason.NO_RESPONSE],
  ], { undecidedBecause: "stopped-answering", stoppedAfter: 1 }));
  assertEquals(target["states"], { "closed|filtered": "2", unknown: "1" });
  assertEquals([target["undecided_because"], target["stopped_after"]], ["stopped-answering", 1]);
});

Deno.test("JsonLines.render() keeps a target that is down short", () => {
  const target = line(makeTarget([], { state: "down", reason: "no-response" }));
  assertEquals([target["state"], "states" in target], ["down", false]);
});

Deno.test("JsonLines.render() turns figures that do not exist into null", () => {
  const stats = makeStats({ srttUs: NaN, residualError: NaN });
  const target = line(makeTarget([], { stats }));
  assertEquals([target["srtt_us"], target["residual_error"]], [null, null]);
  const sample = line(makeSample());
  assertEquals([sample["ssthresh"], sample["cwnd"]], [null, 64.12]);
});

Deno.test("JsonLines.render() writes the other events, each with its type first", () => {
  for (
    const event of [
      makeUp(),
      makeSample(),
      makeEnd(),
      { type: "warning", message: "a\nb" } as const,
      {
        type: "verdict",
        ip: "192.0.2.10",
        timeUs: WALL_US,
        verdict: "retries",
        text: "…",
        evidence: { silences: 3 },
      } as const,
    ]
  ) {
    const object = line(event);
    assertEquals(Object.keys(object)[0], "type");
    assertEquals(object["type"], event.type);
  }
});
