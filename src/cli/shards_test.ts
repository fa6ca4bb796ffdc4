import { assertEquals, assertStringIncludes } from "@std/assert";
import { FakeRuntime } from "../../test/support/fake_runtime.ts";
import { main } from "./cli.ts";

async function list(
  line: string,
  variables: Record<string, string> = {},
): Promise<{ code: number; ips: string[]; stderr: string }> {
  const runtime = new FakeRuntime();
  for (const [name, value] of Object.entries(variables)) runtime.variables.set(name, value);
  const code = await main(["-sL", ...line.split(" ")], runtime);
  return {
    code,
    ips: runtime.stdout.text.split("\n").filter(Boolean),
    stderr: runtime.stderr.text,
  };
}

Deno.test("--shard divides the targets without overlap, in every process alike", async () => {
  const parts = await Promise.all(
    ["1/3", "2/3", "3/3"].map((part) => list(`--shard ${part} 198.51.100.0/24`)),
  );
  const all = parts.flatMap(({ ips }) => ips);
  assertEquals([all.length, new Set(all).size], [256, 256]);
  assertEquals((await list("--shard 2/3 198.51.100.0/24")).ips, parts[1]!.ips);
});

Deno.test("--shard takes the part from the engine that runs the job", async () => {
  const { ips } = await list("--shard 2/3 198.51.100.0/24");
  const kubernetes = { JOB_COMPLETION_INDEX: "1" };
  assertEquals((await list("--shard 3 198.51.100.0/24", kubernetes)).ips, ips);
  const slurm = { SLURM_ARRAY_TASK_ID: "11", SLURM_ARRAY_TASK_MIN: "10" };
  assertEquals((await list("--shard 3 198.51.100.0/24", slurm)).ips, ips);
});

Deno.test("--shard says what it cannot use", async () => {
  const cases: [string, string][] = [
    ["0/3", "parts are 1 to 3"],
    ["4/3", "parts are 1 to 3"],
    ["1/0", "give part and number of parts"],
    ["x", "give part and number of parts"],
    ["3", "nothing says which part this is"],
    ["499/500", "more than there are targets"],
  ];
  for (const [value, message] of cases) {
    const { code, stderr } = await list(`--shard ${value} 198.51.100.0/24`);
    assertEquals(code, 1, value);
    assertStringIncludes(stderr, message);
  }
});
