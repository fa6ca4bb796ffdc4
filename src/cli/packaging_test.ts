import { assertEquals } from "@std/assert";
import { packagingOf } from "./packaging.ts";

Deno.test("packagingOf() tells the kinds apart", () => {
  const cases = [
    [false, "/usr/bin/deno", "source"],
    [false, "/opt/memfd:portbunny", "source"],
    [false, "/memfd:portbunny (deleted)", "launcher"],
    [true, "/usr/bin/portbunny", "compiled"],
  ] as const;
  for (const [isStandalone, execPath, kind] of cases) {
    assertEquals(packagingOf({ isStandalone, execPath }), kind);
  }
});
