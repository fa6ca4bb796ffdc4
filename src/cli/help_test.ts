import { assertEquals, assertStringIncludes } from "@std/assert";
import { EXAMPLES, FLAGS } from "./flags.ts";
import { helpText } from "./help.ts";
import { unsupportedNmapFlag } from "./nmap_flags.ts";
import { readSettings } from "./settings.ts";

Deno.test("helpText() shows every spelling of every flag, in lines that fit", () => {
  const text = helpText("1.2.3");
  for (const { forms } of Object.values(FLAGS)) {
    for (const form of forms) assertStringIncludes(text, form);
  }
  assertEquals(text.split("\n").filter((line) => line.length > 92), []);
  assertStringIncludes(text, "PortBunny 1.2.3");
});

Deno.test("helpText() gives examples that can be read", () => {
  for (const [line] of EXAMPLES) {
    const command = line.split(" | ")[0]!;
    assertEquals(readSettings(command.split(" ").slice(1)).action, "scan", line);
  }
});

Deno.test("unsupportedNmapFlag() lists no flag that PortBunny has", () => {
  for (const { forms } of Object.values(FLAGS)) {
    for (const form of forms) assertEquals(unsupportedNmapFlag(form), undefined, form);
  }
});
