/**
 * The floors hold: checked from the module graph and from the syntax trees, and each check is shown
 * to be able to fail.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  areaOf,
  checkAliases,
  checkCycles,
  checkFloors,
  checkGlobals,
  checkPlaces,
  ROOTS,
} from "./support/architecture.ts";
import { type Import, readImports } from "./support/module_graph.ts";
import { fileExists, listSources, readText } from "./support/repository.ts";
import { readSource } from "./support/source.ts";

/** One import, for the small bad inputs. */
function imports(from: string, specifier: string, to: string): Import[] {
  return [{ from, specifier, to }];
}

/** Asserts that a check has nothing to say; the message lists what it did say. */
function assertQuiet(complaints: string[]): void {
  assertEquals(complaints, [], `\n${complaints.join("\n")}\n`);
}

/** Asserts that a check complains exactly once, with these words. */
function assertComplains(complaints: string[], words: string): void {
  assertEquals(complaints.length, 1, `\n${complaints.join("\n")}\n`);
  assertStringIncludes(complaints[0]!, words);
}

Deno.test("the repository keeps to its floors", async () => {
  const graph = await readImports(listSources());
  assertQuiet([...checkFloors(graph), ...checkAliases(graph), ...checkCycles(graph)]);
});

Deno.test("the repository has no file outside the floors", () => {
  assertQuiet(checkPlaces(listSources()));
});

Deno.test("clean floors touch no clock, timer, console or randomness", () => {
  assertQuiet(listSources().flatMap((path) => checkGlobals(path, readSource(readText(path)))));
});

Deno.test("readImports() sees aliases, relative paths and type imports", async () => {
  const graph = await readImports(["src/engine/ring.ts"]);
  const found = graph.map(({ specifier, to }) => `${specifier} = ${to}`);
  assertEquals(found.includes("random = src/random.ts"), true, "the type import by alias");
  assertEquals(found.includes("./pair_space.ts = src/engine/pair_space.ts"), true);
});

Deno.test("readImports() starts at every root that exists", async () => {
  const roots = ROOTS.filter(fileExists);
  const graph = await readImports(roots);
  for (const root of roots) {
    assertEquals(graph.some(({ from }) => from === root), true, `${root} imports nothing`);
  }
});

Deno.test("areaOf() knows every floor and the roots", () => {
  const paths = ["src/units.ts", "src/wire/tcp.ts", "src/engine/congestion/reno.ts", "ffi/libc.ts"];
  assertEquals(paths.map(areaOf), ["base", "wire", "engine", "ffi"]);
  assertEquals(ROOTS.filter((path) => areaOf(path) !== "root"), []);
  assertEquals(areaOf("src/units_test.ts"), "base");
  assertEquals(areaOf("src/helpers.ts"), undefined);
});

Deno.test("checkPlaces() complains about a new folder", () => {
  assertComplains(checkPlaces(["src/wire/tcp.ts", "src/util/x.ts"]), "src/util/x.ts");
});

Deno.test("checkFloors() complains when an import goes up", () => {
  const cases: [string, string, string][] = [
    ["src/units.ts", "src/assert.ts", "imports nothing"],
    ["src/wire/tcp.ts", "src/engine/flow.ts", "wire must not know engine"],
    ["src/engine/flow.ts", "src/scan/link.ts", "engine must not know scan"],
    ["src/scan/driver.ts", "src/report/text.ts", "scan must not know report"],
    ["src/scan/driver.ts", "src/sim/simulator.ts", "scan must not know sim"],
    ["src/report/text.ts", "src/cli/args.ts", "report must not know cli"],
    ["src/sim/simulator.ts", "src/cli/args.ts", "sim must not know cli"],
    ["src/sim/simulator.ts", "src/report/text.ts", "sim must not know report"],
    ["main.ts", "src/sim/simulator.ts", "root must not know sim"],
    ["src/cli/cli.ts", "ffi/native_link.ts", "never imports ffi"],
    ["src/cli/cli.ts", "ffi/worker.ts", "never imports ffi"],
    ["src/scan/pool_test.ts", "ffi/native_link.ts", "never imports ffi"],
    ["ffi/native_link.ts", "src/scan/driver.ts", "ffi must not know scan"],
    ["ffi/native_link.ts", "src/engine/kind.ts", "ffi must not know engine"],
    ["ffi/native_link.ts", "src/random.ts", "no random numbers"],
    ["src/engine/flow.ts", "test/support/source.ts", "engine must not know test"],
    ["src/wire/tcp_test.ts", "src/scan/link.ts", "tests of wire do without scan"],
    ["src/wire/tcp.ts", "src/wire/udp_test.ts", "nobody imports a test"],
  ];
  for (const [from, to, words] of cases) checkOne(from, to, words);
});

/** Shows that one import is complained about. */
function checkOne(from: string, to: string, words: string): void {
  assertComplains(checkFloors(imports(from, to, to)), words);
}

Deno.test("checkFloors() is quiet when an import goes down or is one of the seams", () => {
  const cases: [string, string][] = [
    ["src/wire/tcp.ts", "src/units.ts"],
    ["src/engine/flow.ts", "src/engine/ring.ts"],
    ["src/report/text.ts", "src/scan/event.ts"],
    ["src/cli/simulate_command.ts", "src/sim/simulator.ts"],
    ["src/engine/flow_test.ts", "src/sim/simulator.ts"],
    ["src/engine/flow_test.ts", "test/support/packets.ts"],
    ["ffi/native_link.ts", "src/scan/link.ts"],
    ["ffi/native_link.ts", "src/wire/tcp.ts"],
    ["main.ts", "ffi/native_link.ts"],
    ["ffi/worker.ts", "src/scan/worker.ts"],
    ["bench/first.ts", "test/lab/lab.ts"],
  ];
  for (const [from, to] of cases) assertQuiet(checkFloors(imports(from, to, to)));
});

Deno.test("checkFloors() lets packages in through std/ and tests only", () => {
  const deep = imports("src/cli/args.ts", "npm:x", "npm:/x@1.0.0");
  assertComplains(checkFloors(deep), "through std/ only");
  const node = imports("src/engine/flow.ts", "node:fs", "node:fs");
  assertComplains(checkFloors(node), "builtins of node");
  assertQuiet(checkFloors(imports("std/assert.ts", "npm:x", "npm:/x@1.0.0")));
  assertQuiet(checkFloors(imports("src/wire/tcp_test.ts", "fast-check", "npm:/fast-check@4.0.0")));
});

Deno.test("checkAliases() complains about paths across floors and aliases within one", () => {
  const across = imports("src/engine/flow.ts", "../units.ts", "src/units.ts");
  assertComplains(checkAliases(across), "use the alias");
  const within = imports("src/engine/flow.ts", "engine/ring.ts", "src/engine/ring.ts");
  assertComplains(checkAliases(within), "use a relative path");
  const root = imports("ffi/worker.ts", "../src/scan/worker.ts", "src/scan/worker.ts");
  assertComplains(checkAliases(root), "use the alias");
});

Deno.test("checkAliases() is quiet when each import has its proper form", () => {
  assertQuiet(checkAliases([
    ...imports("src/engine/flow.ts", "units", "src/units.ts"),
    ...imports("src/engine/flow.ts", "./ring.ts", "src/engine/ring.ts"),
    ...imports("src/engine/congestion/reno.ts", "../rtt.ts", "src/engine/rtt.ts"),
    ...imports("ffi/worker.ts", "./native_link.ts", "ffi/native_link.ts"),
    ...imports("src/engine/flow_test.ts", "../../test/support/x.ts", "test/support/x.ts"),
    ...imports("src/wire/tcp_test.ts", "fast-check", "npm:/fast-check@4.0.0"),
  ]));
});

Deno.test("checkCycles() complains when files import each other in a circle", () => {
  assertComplains(
    checkCycles([
      ...imports("src/wire/a.ts", "./b.ts", "src/wire/b.ts"),
      ...imports("src/wire/b.ts", "./c.ts", "src/wire/c.ts"),
      ...imports("src/wire/c.ts", "./a.ts", "src/wire/a.ts"),
    ]),
    "src/wire/a.ts -> src/wire/b.ts -> src/wire/c.ts -> src/wire/a.ts",
  );
  assertQuiet(checkCycles([
    ...imports("src/wire/a.ts", "./b.ts", "src/wire/b.ts"),
    ...imports("src/wire/a.ts", "./c.ts", "src/wire/c.ts"),
    ...imports("src/wire/b.ts", "./c.ts", "src/wire/c.ts"),
  ]));
});

Deno.test("checkGlobals() complains about each way into the world", () => {
  const uses = [
    "const now = Date.now();",
    "const now = new Date();",
    "const now = performance.now();",
    "const x = Math.random();",
    "setTimeout(() => {}, 1);",
    "const build: typeof Deno.build = x;",
    "console.log(1);",
    "const text = `it is ${Date.now()}`;",
    "const bag = { performance };",
    "globalThis.x = 1;",
    "Atomics.wait(a, 0, 0);",
  ];
  for (const use of uses) {
    const facts = readSource(use);
    assertComplains(checkGlobals("src/engine/flow.ts", facts), "on a clean floor");
    assertQuiet(checkGlobals("src/scan/clock.ts", facts));
    assertQuiet(checkGlobals("src/cli/cli.ts", facts));
    assertQuiet(checkGlobals("src/engine/flow_test.ts", facts));
  }
});

Deno.test("checkGlobals() is quiet about comments, strings, properties and keys", () => {
  const text = `
    // Date.now() and setTimeout would be wrong here
    /** Deno.cwd() */
    const a = "performance.now() in 'Date' /* console */";
    const b = \`console.log \${a} Math.random()\`;
    const c = { Date: 1, console: 2 };
    const d = c.Date + c.console;
    const e = /Deno|Date/;
    class Log { performance(): void {} }
  `;
  assertQuiet(checkGlobals("src/engine/flow.ts", readSource(text)));
});
