import { PortState, Reason } from "engine/port_state.ts";
import { assertEquals } from "@std/assert";
import type { ScanEvent } from "scan/event.ts";
import {
  filteredFacts,
  FORMAT_OPTIONS,
  makeEnd,
  makeOpen,
  makeStart,
  makeTarget,
  makeUp,
  type PortFact,
  WALL_US,
} from "../../test/support/events.ts";
import type { FormatOptions } from "./format.ts";
import { Grepable } from "./grepable.ts";

/** The lines of these events. */
function render(events: ScanEvent[], options: Partial<FormatOptions> = {}): string {
  const format = new Grepable({ ...FORMAT_OPTIONS, ...options });
  return events.map((event) => format.render(event)).join("");
}

/** So many closed ports, from port 1000 on. */
function closedPorts(count: number): PortFact[] {
  return Array.from(
    { length: count },
    (_, index) => [1_000 + index, PortState.CLOSED, Reason.RESET],
  );
}

Deno.test("Grepable.render() writes a scan as nmap would", () => {
  const target = makeTarget(filteredFacts(), { name: "db.example" });
  assertEquals(
    render([makeStart(), makeUp(), makeOpen(22), target, makeEnd()]),
    `# PortBunny 1.2.3 scan initiated time ${WALL_US} as: portbunny 192.0.2.10
Host: 192.0.2.10 (db.example)\tStatus: Up
Host: 192.0.2.10 (db.example)\tPorts: 22/open/tcp//ssh///, 80/open/tcp//http///, \
113/closed/tcp//ident///\tIgnored State: filtered (65532)
# PortBunny done at time ${WALL_US + 3_300_000} -- 1 IP address (1 host up) scanned in 3.30 seconds
`,
  );
});

Deno.test("Grepable.render() writes two lines and nothing between for an empty result", () => {
  const down = makeTarget([], { state: "down" });
  const lines = render([makeStart(), down, makeEnd({ up: 0 })]).split("\n");
  assertEquals(lines.map((line) => line.slice(0, 12)), ["# PortBunny ", "# PortBunny ", ""]);
});

Deno.test("Grepable.render() names the ignored state where there is one and no more", () => {
  const line = (facts: PortFact[]) => render([makeTarget(facts)]).split("\n")[1]!.split("\t");
  assertEquals(line(closedPorts(26)).slice(1), ["Ports: ", "Ignored State: closed (26)"]);
  assertEquals(line(closedPorts(1)).slice(1), ["Ports: 1000/closed/tcp//cadlock2///"]);
  const silent = closedPorts(26).map(([port]): PortFact => [
    port + 100,
    PortState.FILTERED,
    Reason.NO_RESPONSE,
  ]);
  assertEquals(line([...closedPorts(26), ...silent]).slice(1), ["Ports: "]);
});

Deno.test("Grepable.render() leaves the field of a nameless service empty", () => {
  const text = render([makeTarget([[64_999, PortState.OPEN, Reason.SYN_ACK]])]);
  assertEquals(text.split("\t").at(-1), "Ports: 64999/open/tcp/////\n");
});

Deno.test("Grepable.render() tells more under -v: ports asked, targets that are down", () => {
  const down = makeTarget([], { state: "down" });
  const lines = render([makeStart(), down], { verbosity: 1 }).split("\n");
  assertEquals(lines[1], "# Ports scanned: TCP(2;22,80) UDP(0;) SCTP(0;) PROTOCOLS(0;)");
  assertEquals(lines[2], "Host: 192.0.2.10 ()\tStatus: Down");
});

Deno.test("Grepable.render() tells a timeout, and only who is up if no port was asked", () => {
  const facts: PortFact[] = [[80, PortState.UNKNOWN, Reason.NONE]];
  const late = render([makeTarget(facts, { undecidedBecause: "host-timeout" })]);
  assertEquals(late.split("\n")[0], "Host: 192.0.2.10 ()\tStatus: Timeout");
  const cut = makeTarget([], { state: "unknown", reason: "none" });
  assertEquals(render([cut]), "Host: 192.0.2.10 ()\tStatus: Unknown\n");
  assertEquals(render([makeTarget([])]), "Host: 192.0.2.10 ()\tStatus: Up\n");
  assertEquals(render([makeTarget(closedPorts(3))], { openOnly: true }), "");
});

Deno.test("Grepable.render() lets no name make fields or lines of its own", () => {
  const target = makeTarget([], { name: "a\tStatus: Down\nHost: b\x1b[2J" });
  assertEquals(
    render([target]),
    "Host: 192.0.2.10 (a\\x09Status: Down\\x0aHost: b\\x1b[2J)\tStatus: Up\n",
  );
});
