import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  filteredFacts,
  FORMAT_OPTIONS,
  makeEnd,
  makeOpen,
  makeStart,
  makeTarget,
  makeUp,
  WALL_US,
} from "../../test/support/events.ts";
import { NormalReport } from "./normal.ts";

Deno.test("NormalReport.render() puts the table between nmap's two lines", () => {
  const report = new NormalReport({ ...FORMAT_OPTIONS, verbosity: 1 });
  const events = [makeStart(), makeUp(), makeOpen(22), makeTarget(filteredFacts()), makeEnd()];
  const lines = events.map((event) => report.render(event)).join("").split("\n");
  const done = `# PortBunny done at time ${WALL_US + 3_300_000}`;
  assertEquals(
    lines[0],
    `# PortBunny 1.2.3 scan initiated time ${WALL_US} as: portbunny 192.0.2.10`,
  );
  assertEquals(lines[1], "PortBunny scan report for 192.0.2.10");
  assertEquals(lines.at(-2), `${done} -- 1 IP address (1 host up) scanned in 3.30 seconds`);
  assertEquals(lines.some((line) => line.startsWith("Discovered")), false);
});

Deno.test("NormalReport.render() is whole when nothing was found", () => {
  const report = new NormalReport(FORMAT_OPTIONS);
  const events = [makeStart({ targets: 256 }), makeTarget([], { state: "down" })];
  const text = events.concat().map((event) => report.render(event)).join("");
  assertEquals(text.split("\n").length, 2);
  assertStringIncludes(report.render(makeEnd({ up: 0 })), "(0 hosts up)");
});

Deno.test("NormalReport.render() lets no control character of the command line through", () => {
  const text = new NormalReport(FORMAT_OPTIONS).render(makeStart({ args: "portbunny 'a\nb\x1b'" }));
  assertStringIncludes(text, "as: portbunny 'a\\x0ab\\x1b'\n");
});
