import { assertEquals, assertStringIncludes } from "@std/assert";
import { FakeRuntime } from "../../test/support/fake_runtime.ts";
import { main } from "./cli.ts";

/** A result of one target with one open port, as a scan writes it. */
function lines(ip: string, port: number): string {
  return [
    { type: "start", scanner: "portbunny", format: 1, ports: `${port}`, time_us: 1, targets: 1 },
    { type: "port", ip, port },
    { type: "target", ip, state: "up", states: { open: `${port}` }, counts: { open: 1 } },
    { type: "end", exit: 0, targets: 1, time_us: 2 },
  ].map((fields) => `${JSON.stringify(fields)}\n`).join("");
}

async function run(line: string): Promise<{ code: number; runtime: FakeRuntime }> {
  const runtime = new FakeRuntime();
  runtime.texts.set("a", lines("192.0.2.1", 22));
  runtime.texts.set("b", lines("192.0.2.2", 22));
  return { code: await main(line.split(" "), runtime), runtime };
}

Deno.test("main() merge makes one result, in a file if asked", async () => {
  const { code, runtime } = await run("merge a b");
  assertEquals([code, runtime.stdout.text.trim().split("\n").length], [0, 6]);
  const { runtime: other } = await run("merge -o out a b");
  assertEquals([other.stdout.text, other.files.get("out")?.text], ["", runtime.stdout.text]);
  const { runtime: table } = await run("merge --count-by port a b");
  assertEquals(table.stdout.text, "22/tcp     ssh              open on 2 addresses\n");
});

Deno.test("main() diff tells what has changed by its exit code as well", async () => {
  const { code, runtime } = await run("diff a b");
  assertEquals([code, runtime.stdout.text.split("\n").length], [3, 3]);
  assertEquals((await run("diff a a")).code, 0);
});

Deno.test("main() merge and diff say what they cannot use", async () => {
  const cases: [string, string][] = [
    ["merge", "name the results"],
    ["diff a", "name two results"],
    ["diff --count-by port a b", "Cannot use --count-by here"],
    ["merge --count-by host a", "give port or network"],
    ["merge --bogus a", "--bogus"],
    ["merge nowhere", 'Cannot read "nowhere"'],
  ];
  for (const [line, message] of cases) {
    const { code, runtime } = await run(line);
    assertEquals(code, 1, line);
    assertStringIncludes(runtime.stderr.text, message);
  }
});
