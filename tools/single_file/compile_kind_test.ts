/**
 * The way by `deno compile`, with a program of our own as its base: what is embedded, and what is
 * said when there is no base. The real base is not needed for that.
 */
import { crc32 } from "node:zlib";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runSystem } from "../../test/lab/command.ts";
import { buildByCompile, compileArguments, complaintOf } from "./compile_kind.ts";
import { isNative, type Target, TARGETS } from "./target.ts";

/** This machine, and another one. */
const HERE = TARGETS[Deno.build.arch];
const ELSEWHERE = Object.values(TARGETS).find((target) => !isNative(target))!;

/** A program that can stand in for the base. */
const STAND_IN = 'int puts(const char *); int main() { return puts("stand-in") < 0; }';

/** What came of a build: a complaint, or the file's text and what it prints. */
interface Outcome {
  problem?: string;
  text?: string;
  prints?: string;
}

/** Builds for a machine in a folder with a stand-in, which `prepare` makes known to Deno. */
async function build(
  prepare: (standIn: string) => Record<string, string>,
  { target = HERE, pin }: { target?: Target; pin?: string } = {},
): Promise<Outcome> {
  const folder = await Deno.makeTempDir();
  const [standIn, bundle, output] = [`${folder}/base`, `${folder}/portbunny.js`, `${folder}/out`];
  await Deno.writeTextFile(`${standIn}.c`, STAND_IN);
  runSystem(["cc", "-o", standIn, `${standIn}.c`]);
  await Deno.writeTextFile(bundle, 'console.log("the program");');
  const variables = Object.entries(prepare(standIn));
  for (const [name, value] of variables) Deno.env.set(name, value);
  try {
    const problem = await buildByCompile(target, { bundle, output, ...(pin && { pin }) });
    const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
    assertEquals(names.filter((name) => /out/.test(name)), problem === undefined ? ["out"] : []);
    if (problem !== undefined) return { problem };
    const text = new TextDecoder("latin1").decode(await Deno.readFile(output));
    return { text, prints: runSystem([output]) };
  } finally {
    for (const [name] of variables) Deno.env.delete(name);
    await Deno.remove(folder, { recursive: true });
  }
}

/** The stand-in by its name. */
function byName(standIn: string): Record<string, string> {
  return { DENORT_BIN: standIn };
}

/** The stand-in in Deno's cache, zipped. */
function byCache(standIn: string): Record<string, string> {
  const folder = `${standIn}-cache`;
  const release = `${folder}/dl/release/v${Deno.version.deno}`;
  Deno.mkdirSync(release, { recursive: true });
  const zip = zipped("denort", Deno.readFileSync(standIn));
  Deno.writeFileSync(`${release}/denort-${HERE.triple}.zip`, zip);
  return { DENO_DIR: folder };
}

/** A zip of one file, not compressed (APPNOTE 4.3): its header, it, the directory, the end. */
function zipped(name: string, bytes: Uint8Array): Uint8Array {
  const common = [[2, 10], [2, 0], [2, 0], [4, 0], [4, crc32(bytes)], [4, bytes.length]] as const;
  const sizes = [[4, bytes.length], [2, name.length], [2, 0]] as const;
  const start = littleEndian([[4, 0x0403_4b50], ...common, ...sizes]);
  const directory = littleEndian(
    [[4, 0x0201_4b50], [2, 10], ...common, ...sizes, [2, 0], [2, 0], [2, 0], [4, 0], [4, 0]],
  );
  const encoded = [...new TextEncoder().encode(name)];
  const before = start.length + encoded.length + bytes.length;
  const end = littleEndian([
    ...[[4, 0x0605_4b50], [2, 0], [2, 0], [2, 1], [2, 1]] as const,
    ...[[4, directory.length + encoded.length], [4, before], [2, 0]] as const,
  ]);
  return Uint8Array.from([...start, ...encoded, ...bytes, ...directory, ...encoded, ...end]);
}

/** Numbers of so many bytes each. */
function littleEndian(fields: readonly (readonly [size: number, value: number])[]): number[] {
  return fields.flatMap(([size, value]) =>
    Array.from({ length: size }, (_, index) => (value >>> (8 * index)) & 0xff)
  );
}

Deno.test("buildByCompile() embeds the program, without a code cache, in the base", async () => {
  const { text, prints } = await build(byName);
  assertEquals(prints, "stand-in\n");
  assertStringIncludes(text!, 'console.log("the program");');
  assertStringIncludes(text!, '"code_cache_key":null');
  assertStringIncludes(text!, '"prompt":false');
  assertStringIncludes(text!, '"allow_ffi":[]');
  assertStringIncludes(text!, '"entrypoint_key":"portbunny.js"');
});

Deno.test("buildByCompile() refuses a base that is missing or for another machine", async () => {
  const { problem } = await build(byName, { target: ELSEWHERE });
  assertMatch(problem!, new RegExp(`base is no program for ${ELSEWHERE.arch}$`));
  const { problem: missing } = await build(() => byName("/nowhere/denort"));
  assertStringIncludes(missing!, "/nowhere/denort cannot be read (No such file");
});

Deno.test("buildByCompile() takes from the cache only a base that is pinned", async () => {
  const { problem } = await build(byCache);
  const [, found = ""] = /SHA-256 ([0-9a-f]{64})/.exec(problem!) ?? [];
  assertEquals((await build(byCache, { pin: found })).prints, "stand-in\n");
  const wrong = await build(byCache, { pin: "0".repeat(64) });
  assertStringIncludes(wrong.problem!, `has SHA-256 ${found} instead of 000`);
});

Deno.test("compileArguments() names the machine", () => {
  const words = compileArguments(ELSEWHERE, { bundle: "b.js", output: "o" });
  assertEquals(words.includes(`--target=${ELSEWHERE.triple}`), true);
  assertEquals(words.at(-1), "b.js");
});

Deno.test("complaintOf() finds the reason in what Deno says", () => {
  const text = `Download base
error: Writing deno compile executable to temporary file 'x'

Caused by:
    0: Setting up base binary.
    1: error sending request: no route
    2: dns error

Stack backtrace:
   0: <unknown>`;
  assertEquals(complaintOf(text), "error sending request: no route");
  assertEquals(complaintOf("error: Module not found\n    at x"), "Module not found");
  assertEquals(complaintOf("Killed"), "it failed");
});
