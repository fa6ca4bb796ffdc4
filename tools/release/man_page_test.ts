import { assertEquals, assertStringIncludes } from "@std/assert";
import { FLAGS } from "cli/flags.ts";
import { runCommand } from "../../test/lab/command.ts";
import { manPage } from "./man_page.ts";

const page = manPage({ version: "1.2.3", date: "2026-01-31" });

Deno.test("manPage() is a manual page without faults", async () => {
  const { code, stdout } = await runCommand(["mandoc", "-T", "lint", "-W", "warning"], {
    input: page,
  });
  assertEquals([code, stdout], [0, ""]);
});

Deno.test("manPage() shows every spelling of every flag", async () => {
  const { stdout } = await runCommand(["mandoc", "-T", "ascii"], { input: page });
  // Bold letters are a letter, a backspace and the letter again.
  const text = stdout.replace(/.[\b]/g, "");
  for (const { forms } of Object.values(FLAGS)) {
    for (const form of forms) assertStringIncludes(text, form);
  }
  assertStringIncludes(text, "PortBunny 1.2.3");
  assertStringIncludes(text, "setcap cap_net_raw=ep /usr/bin/portbunny");
});
