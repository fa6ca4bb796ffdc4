import { PortState, Reason } from "engine/port_state.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { ScanEvent } from "scan/event.ts";
import {
  filteredFacts,
  makeEnd,
  makeOpen,
  makeStart,
  makeStats,
  makeTarget,
  makeUp,
  type PortFact,
} from "../../test/support/events.ts";
import { type TextOptions, TextReport } from "./text.ts";

const PLAIN: TextOptions = {
  verbosity: 0,
  debugLevel: 0,
  showsTtl: false,
  openOnly: false,
  live: "none",
};

/** What the report prints for these events. */
function render(events: ScanEvent[], options: Partial<TextOptions> = {}): string {
  const report = new TextReport({ ...PLAIN, ...options });
  return events.map((event) => report.render(event)).join("");
}

/** So many closed ports, from port 1000 on. */
function closedPorts(count: number): PortFact[] {
  return Array.from(
    { length: count },
    (_, index): PortFact => [1_000 + index, PortState.CLOSED, Reason.RESET, 64],
  );
}

Deno.test("TextReport.render() draws a mostly filtered target as nmap would", () => {
  const target = makeTarget(filteredFacts(), { name: "db.example" });
  assertEquals(
    render([makeStart(), makeUp(), makeOpen(22), target, makeEnd()]),
    `PortBunny scan report for db.example (192.0.2.10)
Host is up, received echo-reply ttl 64 (0.0021s latency).
Not shown: 65,532 filtered tcp ports (no-response)
PORT    STATE  SERVICE REASON
22/tcp  open   ssh     syn-ack
80/tcp  open   http    syn-ack
113/tcp closed ident   reset
Scan: 140,231 packets in 3.21 s (43,686/s), 0.097% loss, RTT 2.1 ms, reno; \
expected wrong verdicts: 0.00031

PortBunny done: 1 IP address (1 host up) scanned in 3.30 seconds
`,
  );
});

Deno.test("TextReport.render() tells open ports at once: none, each target's first, or all", () => {
  const other = { ...makeOpen(25), ip: "192.0.2.11" };
  const events = [makeOpen(22), makeOpen(80), other];
  const ofFirst = "Discovered open port 22/tcp on 192.0.2.10\n";
  const ofOther = "Discovered open port 25/tcp on 192.0.2.11\n";
  assertEquals(render(events), "");
  assertEquals(render(events, { live: "first" }), ofFirst + ofOther);
  const ofSecond = "Discovered open port 80/tcp on 192.0.2.10\n";
  assertEquals(render(events, { live: "all" }), ofFirst + ofSecond + ofOther);
});

Deno.test("TextReport.render() shows TTLs under --reason", () => {
  const target = makeTarget([[22, PortState.OPEN, Reason.SYN_ACK, 63]]);
  assertStringIncludes(render([target], { showsTtl: true }), "22/tcp open  ssh     syn-ack ttl 63");
});

Deno.test("TextReport.render() lists 25 ports of a state, and more under -v", () => {
  const hidden = "are in ignored states.\nNot shown: 26 closed tcp ports (reset)\n";
  assertEquals(render([makeTarget(closedPorts(25))]).includes("Not shown"), false);
  assertStringIncludes(render([makeTarget(closedPorts(26))]), hidden);
  assertEquals(render([makeTarget(closedPorts(50))], { verbosity: 1 }).includes("Not"), false);
  assertEquals(render([makeTarget(closedPorts(51))], { verbosity: 1 }).includes("Not"), true);
  assertEquals(render([makeTarget(closedPorts(9_000))], { debugLevel: 3 }).includes("Not"), false);
});

Deno.test("TextReport.render() counts what it does not show by reason, most first", () => {
  const facts = closedPorts(1_030).map(([port], index): PortFact => {
    if (index < 30) return [port, PortState.FILTERED, Reason.ADMIN_PROHIBITED];
    if (index < 130) return [port, PortState.FILTERED, Reason.NO_RESPONSE];
    return [port, PortState.CLOSED, Reason.RESET];
  });
  assertStringIncludes(
    render([makeTarget(facts)]),
    "Not shown: 900 closed tcp ports (reset), 100 filtered tcp ports (no-response), " +
      "30 filtered tcp ports (admin-prohibited)\n",
  );
});

Deno.test("TextReport.render() lists open ports only under --open", () => {
  const facts: PortFact[] = [[22, PortState.OPEN, Reason.SYN_ACK], ...closedPorts(2)];
  const text = render([makeTarget(facts)], { openOnly: true });
  assertStringIncludes(text, "Not shown: 2 closed tcp ports (reset)\nPORT");
  assertEquals(text.includes("1000/tcp"), false);
  assertEquals(render([makeTarget(closedPorts(2))], { openOnly: true }), "");
});

Deno.test("TextReport.render() says that a target stopped answering", () => {
  const facts = filteredFacts().map(([port, state, reason]): PortFact =>
    port > 5_535 ? [port, PortState.UNKNOWN, Reason.STOPPED_ANSWERING] : [port, state, reason]
  );
  const target = makeTarget(facts, { undecidedBecause: "stopped-answering", stoppedAfter: 5_535 });
  const text = render([target]);
  assertStringIncludes(
    text,
    "\nStopped answering after 5,535 ports: 60,000 ports undecided (5536-65535)\n",
  );
  assertEquals(text.includes("unknown tcp"), false);
});

Deno.test("TextReport.render() says why ports are undecided", () => {
  const facts: PortFact[] = [[80, PortState.UNKNOWN, Reason.NONE]];
  for (
    const [reason, words] of [
      ["interrupted", "Interrupted: 1 port undecided (80)"],
      ["host-timeout", "Host timeout after 3.21 s: 1 port undecided (80)"],
      ["no-answer", "Nothing answered: 1 port undecided (80)"],
    ] as const
  ) {
    assertStringIncludes(render([makeTarget(facts, { undecidedBecause: reason })]), words);
  }
});

Deno.test("TextReport.render() gives no figure where there is none", () => {
  const facts: PortFact[] = [[80, PortState.FILTERED, Reason.NO_RESPONSE]];
  const echo = makeTarget(facts, { stats: makeStats({ assumesEcho: true, residualError: NaN }) });
  assertStringIncludes(render([echo]), "; assumes SYNs fare like echo\n");
  const none = makeTarget(facts, { stats: makeStats({ lossSamples: 0, lossRate: NaN }) });
  assertStringIncludes(render([none]), "loss unknown");
  const closed = makeTarget(closedPorts(1));
  assertEquals(render([closed]).includes("wrong verdicts"), false);
});

Deno.test("TextReport.render() tells targets that are down, but not thousands of them", () => {
  const down = makeTarget([], { state: "down", reason: "no-response" });
  assertEquals(
    render([makeStart(), down]),
    "PortBunny scan report for 192.0.2.10 [host down, received no-response]\n" +
      "Note: Host seems down. If it is really up but answers no trigger, try -Pn\n\n",
  );
  assertEquals(render([makeStart({ targets: 256 }), down]), "");
  assertStringIncludes(render([makeStart({ targets: 256 }), down], { verbosity: 1 }), "host down");
});

Deno.test("TextReport.render() does not say up or down of a target that was not searched", () => {
  const target = makeTarget([[80, PortState.UNKNOWN, Reason.NONE]], {
    state: "unknown",
    reason: "none",
    undecidedBecause: "interrupted",
  });
  const text = render([makeStart(), target]);
  assertStringIncludes(text, "\nHost may be up or down: nothing has answered so far.\n");
  assertStringIncludes(text, "Interrupted: 1 port undecided (80)");
});

Deno.test("TextReport.render() shows only that a target is up when no ports were asked", () => {
  assertEquals(
    render([makeUp(), makeTarget([])]).split("\n").slice(1, 3).map((line) => line.slice(0, 10)),
    ["Host is up", "Scan: 140,"],
  );
});

Deno.test("TextReport.render() lets no control character of a name through", () => {
  const text = render([makeTarget([], { name: "evil\x1b[2J", hardwareAddress: "aa:bb" })]);
  assertStringIncludes(text, "evil\\x1b[2J (192.0.2.10)");
  assertStringIncludes(text, "MAC Address: AA:BB\n");
});
