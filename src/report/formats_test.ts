import { assertEquals, assertNotEquals } from "@std/assert";
import { PortState, Reason } from "engine/port_state.ts";
import type { ScanEvent } from "scan/event.ts";
import {
  FORMAT_OPTIONS,
  makeEnd,
  makeOpen,
  makeSample,
  makeStart,
  makeTarget,
  makeUp,
} from "../../test/support/events.ts";
import type { Format } from "./format.ts";
import { type FormatName, FORMATS } from "./formats.ts";

const NAMES = Object.keys(FORMATS) as FormatName[];

/** Everything that these events come to, the tail included. */
function render(name: FormatName, events: ScanEvent[]): string {
  const format: Format = FORMATS[name].make(FORMAT_OPTIONS);
  return events.map((event) => format.render(event)).join("") + (format.tail ?? "");
}

/** A name as a hostile server might have it. */
const name = 'x\x1b]0;owned\x07\r\n\t\u009b2J\u202e\u2028<script>"';

Deno.test("every format writes whole lines without control characters, whatever the names", () => {
  const verdict = { type: "verdict", ip: "192.0.2.10", timeUs: 0, verdict: "x" } as const;
  const events: ScanEvent[] = [
    makeStart({ args: `portbunny '${name}'` }),
    makeUp({ name }),
    makeOpen(22),
    makeSample(),
    { ...verdict, text: name, evidence: { x: name } },
    { type: "warning", message: name },
    makeTarget([[22, PortState.OPEN, Reason.SYN_ACK]], { name, hardwareAddress: name }),
    makeEnd(),
  ];
  for (const format of NAMES) {
    const text = render(format, events);
    assertEquals(text.endsWith("\n"), true, format);
    // Tabs are part of the grepable format; no other control or direction mark is of any.
    const strange = text.replaceAll(/[\n\t]/g, "").match(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    assertEquals(strange, null, format);
  }
});

Deno.test("every format but ip:port says at least that nothing was found", () => {
  const down = makeTarget([], { state: "down", reason: "no-response" });
  for (const format of NAMES) {
    const text = render(format, [makeStart(), down, makeEnd({ up: 0, open: 0 })]);
    if (format === "endpoints") assertEquals(text, "");
    else assertNotEquals(text, "", format);
  }
});

Deno.test("every format tells an open port before the scan is over, or at its target's end", () => {
  const target = makeTarget([[22, PortState.OPEN, Reason.SYN_ACK]]);
  for (const format of NAMES) {
    const text = render(format, [makeStart(), makeUp(), makeOpen(22), target]);
    assertEquals(text.includes("192.0.2.10") && text.includes("22"), true, format);
  }
});
