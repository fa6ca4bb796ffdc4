import { assertEquals, assertThrows } from "@std/assert";
import { VERSION } from "version";
import { readText } from "../../test/support/repository.ts";
import { debianChangelog, parseChangelog } from "./changelog.ts";

const TEXT = `# Changes

## 0.2.0 (2026-02-03)

- Something new that takes so many words to say that it does not fit into one line of the file, and
  goes on in a second one.
- Less.

## 0.1.0 (2026-01-02)

- First.
`;

Deno.test("parseChangelog() reads versions, dates and changes", () => {
  const [newest, oldest] = parseChangelog(TEXT);
  assertEquals([newest!.version, newest!.date, newest!.changes.length], ["0.2.0", "2026-02-03", 2]);
  assertEquals(oldest, { version: "0.1.0", date: "2026-01-02", changes: ["First."] });
});

Deno.test("parseChangelog() refuses versions without a date or a change", () => {
  for (const text of ["", "## 0.1.0\n\n- x\n", "## 0.1.0 (2026-01-02)\n\nNothing.\n"]) {
    assertThrows(() => parseChangelog(text), SyntaxError);
  }
});

Deno.test("debianChangelog() has Debian's form", () => {
  const text = debianChangelog(parseChangelog(TEXT));
  const lines = text.split("\n");
  assertEquals(lines[0], "portbunny (0.2.0-1) unstable; urgency=medium");
  assertEquals(lines.filter((line) => line.length > 80 && !line.startsWith(" -- ")), []);
  assertEquals(lines[2]!.startsWith("  * Something new"), true);
  assertEquals(lines[3]!.startsWith("    "), true);
  assertEquals(lines.filter((line) => line.startsWith(" -- ")).map((line) => line.split("  ")[1]), [
    "Tue, 03 Feb 2026 00:00:00 +0000",
    "Fri, 02 Jan 2026 00:00:00 +0000",
  ]);
});

Deno.test("the changelog begins with the version of this repository", () => {
  assertEquals(parseChangelog(readText("CHANGELOG.md"))[0]!.version, VERSION);
});
