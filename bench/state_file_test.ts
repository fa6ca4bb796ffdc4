import { assertEquals } from "@std/assert";
import { StateFile } from "./state_file.ts";

/** Runs a test on a file in a folder of its own. */
async function withFile(action: (path: URL) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await action(new URL("sub/state.jsonl", `file://${folder}/`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function open(path: URL, header: unknown, isFresh = false): Promise<StateFile<number>> {
  return StateFile.open(path, { header, isFresh });
}

Deno.test("StateFile goes on under the same conditions", () =>
  withFile(async (path) => {
    const first = await open(path, { commit: "a" });
    await first.add(1);
    await first.add(2);
    assertEquals((await open(path, { commit: "a" })).records, [1, 2]);
  }));

Deno.test("StateFile begins anew under others, and when told to", () =>
  withFile(async (path) => {
    await (await open(path, { commit: "a" })).add(1);
    assertEquals((await open(path, { commit: "b" })).records, []);
    assertEquals((await open(path, { commit: "a" })).records, []);
    await (await open(path, { commit: "a" })).add(1);
    assertEquals((await open(path, { commit: "a" }, true)).records, []);
  }));

Deno.test("StateFile forgets a record that was cut off while it was written", () =>
  withFile(async (path) => {
    await (await open(path, {})).add(1);
    await Deno.writeTextFile(path, "2", { append: true });
    const again = await open(path, {});
    assertEquals(again.records, [1]);
    await again.add(3);
    assertEquals((await open(path, {})).records, [1, 3]);
  }));
