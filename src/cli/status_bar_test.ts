import { assertEquals, assertStringIncludes } from "@std/assert";
import { COLORED, PLAIN, visibleLength } from "report/style.ts";
import { makeSample, makeStart } from "../../test/support/events.ts";
import { Progress, type Snapshot } from "./progress.ts";
import { type BarOptions, statusBar } from "./status_bar.ts";

const WIDE: BarOptions = { columns: 120, style: PLAIN, isUnicode: true, isPaused: false };

/** Half-way, with so many changes. */
function snapshot(changes: Partial<Snapshot> = {}): Snapshot {
  const progress = new Progress(0);
  progress.update(makeStart());
  progress.update(makeSample());
  return { ...progress.at(1_000), ...changes };
}

Deno.test("statusBar() shows bar and figures", () => {
  assertEquals(
    statusBar(snapshot(), WIDE),
    `${
      "━".repeat(24)
    }   50.0%  0:00:12 left  3 open  30,000/s  0.10% lost  limited by path  cwnd 64`,
  );
  assertEquals(
    statusBar(snapshot(), { ...WIDE, isUnicode: false }).slice(0, 24),
    "[===========           ]",
  );
});

Deno.test("statusBar() draws as much of the bar as is done", () => {
  const style = { ...PLAIN, good: (text: string) => text === "" ? "" : `<${text}>` };
  const done = (share: number) =>
    /^<(.*?)>/.exec(statusBar(snapshot({ share, open: 0 }), { ...WIDE, style }))?.[1];
  assertEquals(done(0), undefined);
  assertEquals(done(0.5), "━".repeat(12));
  assertEquals(done(0.52), `${"━".repeat(12)}╸`);
  assertEquals(done(1), "━".repeat(24));
});

Deno.test("statusBar() fits into every width, and drops what is wanted least", () => {
  for (const isUnicode of [true, false]) {
    for (const style of [PLAIN, COLORED]) {
      for (let columns = 1; columns <= 130; columns++) {
        const line = statusBar(snapshot({ open: 12_345 }), {
          columns,
          style,
          isUnicode,
          isPaused: false,
        });
        assertEquals(visibleLength(line) < columns, true, `${columns}: ${line}`);
      }
    }
  }
  const at = (columns: number) => statusBar(snapshot(), { ...WIDE, columns });
  assertEquals(at(80).includes("cwnd"), false);
  assertStringIncludes(at(80), "50.0%  0:00:12 left  3 open  30,000/s  0.10% lost");
  assertStringIncludes(at(30), "50.0%");
  assertEquals(at(8), " 50.0%");
  assertEquals(at(5), "50%");
});

Deno.test("statusBar() says when the scan is paused, instead of when it will end", () => {
  const line = statusBar(snapshot(), { ...WIDE, isPaused: true });
  assertStringIncludes(line, "50.0%  paused  3 open");
  assertEquals(line.includes("left") || line.includes("limited"), false);
});

Deno.test("statusBar() marks loss that deserves a look", () => {
  const lossOf = (lost: number) =>
    /(\S+)% lost/.exec(statusBar(snapshot({ sent: 1_000, lost }), { ...WIDE, style: COLORED }))
      ?.[1];
  assertEquals(lossOf(1), "0.10");
  assertEquals(lossOf(20), "\x1b[33m2.0");
  assertEquals(lossOf(200), "\x1b[31m20.0");
});
