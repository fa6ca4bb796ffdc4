/** The house is tidy, and each check that says so is shown to be able to fail. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { readImports } from "./support/module_graph.ts";
import { fileExists, listFiles, listSources, readText } from "./support/repository.ts";
import { readSource } from "./support/source.ts";
import {
  checkAddresses,
  checkDeadFiles,
  checkForm,
  checkLeftovers,
  checkLengths,
  checkLines,
  checkPhrases,
  DATA_FILES,
} from "./support/tidy.ts";

/** Files whose content is text that people wrote; captures, images and the lock are not. */
const WRITTEN = /(\.(ts|c|S|md|json|sh|txt|nft|html|css|svg|yml)|\/run|LICENSE|\.gitignore)$/;

/** Written by tools: the lock file, and tables that tests compare with. */
const GENERATED = /^(deno\.lock$|test\/snapshot\/|test\/testdata\/)/;

/** Asserts that a check has nothing to say; the message lists what it did say. */
function assertQuiet(complaints: string[]): void {
  assertEquals(complaints, [], `\n${complaints.join("\n")}\n`);
}

/** Asserts that a check complains exactly once, with these words. */
function assertComplains(complaints: string[], words: string): void {
  assertEquals(complaints.length, 1, `\n${complaints.join("\n")}\n`);
  assertStringIncludes(complaints[0]!, words);
}

/** Paths of the files that people wrote. */
function writtenFiles(): string[] {
  return listFiles().filter((path) => WRITTEN.test(path) && !GENERATED.test(path));
}

Deno.test("no text holds leftovers, machine paths, registries or stray words", () => {
  assertQuiet(writtenFiles().flatMap((path) => checkPhrases(path, readText(path))));
});

Deno.test("no text names the address of a stranger's machine", () => {
  const own = "test/tidy_test.ts";
  const paths = writtenFiles().filter((path) => path !== own);
  assertQuiet(paths.flatMap((path) => checkAddresses(path, readText(path))));
});

Deno.test("lines, functions and files are short", () => {
  const paths = listSources().filter((path) => !DATA_FILES.has(path));
  assertQuiet(paths.flatMap((path) => {
    const text = readText(path);
    return [...checkLines(path, text), ...checkLengths(path, readSource(text))];
  }));
});

Deno.test("scripts and C have short lines", () => {
  const paths = writtenFiles().filter((path) => /(\.(sh|c|S)|\/run)$/.test(path));
  assertQuiet(paths.flatMap((path) => checkLines(path, readText(path))));
});

Deno.test("no source holds debugging leftovers or code in comments", () => {
  assertQuiet(listSources().flatMap((path) => checkLeftovers(path, readSource(readText(path)))));
});

Deno.test("sources have the form of the house", () => {
  assertQuiet(listSources().flatMap((path) => checkForm(path, readSource(readText(path)))));
});

Deno.test({
  name: "no file is dead",
  // Before the program's entry exists nothing can be reached from it.
  ignore: !fileExists("main.ts"),
  fn: async () => {
    const paths = listSources();
    const tasks = readText("deno.json") + (fileExists(".ci/run") ? readText(".ci/run") : "");
    const starters = paths.filter((path) => /^(test|tools|bench)\//.test(path)).map(readText);
    const started = [tasks, ...starters].join("\n");
    assertQuiet(checkDeadFiles(paths, await readImports(paths), started));
  },
});

Deno.test("every exemption names a file that exists and a reason", () => {
  for (const [path, reason] of DATA_FILES) {
    assertEquals(fileExists(path), true, `${path} is exempt but does not exist`);
    assertEquals(reason.length > 10, true, `${path} is exempt without a reason`);
  }
});

Deno.test("checkPhrases() complains about each kind of phrase", () => {
  const cases: [string, string][] = [
    ["see /wor" + "k/main/x.ts", "one machine"],
    ["cd /roo" + "t/x", "one machine"],
    ["in /hom" + "e/alice/x", "home directory"],
    ["PATH=/tmp/bi" + "n", "one machine"],
    ["https://registry.npmj" + "s.org/x", "registry"],
    ["https://dl.den" + "o.land/release", "registry"],
    ["http://deb.debia" + "n.org/debian", "registry"],
    ["as Claud" + "e wrote", "names a tool"],
    ["(fact" + "s: 16 are enough)", "not here"],
    ["// TOD" + "O: later", "without an issue"],
    ["// TOD" + "O(later", "without an issue"],
    ["// FIXM" + "E", "leftover"],
    ["<".repeat(7) + " ours", "merge"],
  ];
  for (const [text, words] of cases) assertComplains(checkPhrases("x.md", `\n${text}\n`), words);
});

Deno.test("checkPhrases() is quiet about tagged tasks and ordinary paths", () => {
  const texts = [
    "// TOD" + "O(#7): later",
    "/etc/hosts",
    "src/work/x.ts",
    "/tmp/x",
    "facts",
    "~/x",
  ];
  for (const text of texts) assertQuiet(checkPhrases("x.md", text));
});

Deno.test("checkLines() complains beyond 100 columns, not about a lone URL", () => {
  assertComplains(checkLines("x.ts", `${"x".repeat(101)}\n${"µ".repeat(100)}`), "x.ts:1");
  assertQuiet(checkLines("x.ts", ` * https://example.com/${"x".repeat(100)}`));
});

Deno.test("checkLengths() complains about long functions and files", () => {
  const body = "  x();\n";
  const fits = `function fits() {\n${body.repeat(68)}}\n`;
  assertQuiet(checkLengths("x.ts", readSource(fits)));
  const long = `function long() {\n${body.repeat(69)}}\n`;
  assertComplains(checkLengths("x.ts", readSource(long)), "long has 71 lines");
  const method = `class A {\n  m() {\n${body.repeat(69)}}\n}\n`;
  assertComplains(checkLengths("x.ts", readSource(method)), "m has 71 lines");
  const arrow = `const f = () => {\n${body.repeat(69)}};\n`;
  assertComplains(checkLengths("x.ts", readSource(arrow)), "f has 71 lines");
  assertComplains(checkLengths("x.ts", readSource(body.repeat(401))), "401 lines of code");
});

Deno.test("checkLengths() counts neither comments nor blanks of a file", () => {
  const text = "/**\n * Doc.\n */\n\nx(); // why\n// more\ny(/* a */ 1);\nz(`\n//\n`);\n";
  assertEquals(readSource(text).codeLines, 5);
});

Deno.test("checkLeftovers() complains about what debugging leaves", () => {
  const cases: [string, string][] = [
    ["debugger;", "debugger"],
    ["console.log(1);", "console.log"],
    ["Deno.test.only('x', () => {});", "Deno.test.only"],
    ["// const a = f(b);", "code in a comment"],
    ["/* if (a) { f(b); } */", "code in a comment"],
    ["// this.#x = y;", "code in a comment"],
    ["// return scan(host);", "code in a comment"],
  ];
  for (const [text, words] of cases) {
    assertComplains(checkLeftovers("src/wire/x.ts", readSource(`${text}\n`)), words);
  }
});

Deno.test("checkLeftovers() is quiet about prose, prototypes, strings and tests that print", () => {
  const text = `
    // A window of 32; pacing spreads it over a round trip;
    // int poll(struct pollfd *fds, nfds_t nfds, int timeout);
    // cwnd = cwnd + 1 / cwnd
    // see poll(2)
    /** \`const a = f(b);\` */
    const a = "debugger; console.log(1);";
    list.only(1);
  `;
  assertQuiet(checkLeftovers("src/wire/x.ts", readSource(text)));
  assertQuiet(checkLeftovers("bench/x.ts", readSource("console.log(1);")));
});

Deno.test("checkForm() complains about names, openings and arrows", () => {
  const good = readSource("/** Job. */\nexport const a = 1;\nfunction f() { return () => 1; }\n");
  assertQuiet(checkForm("src/wire/tcp_options.ts", good));
  assertComplains(checkForm("src/wire/tcpOptions.ts", good), "snake_case");
  assertComplains(checkForm("src/wire/mod.ts", good), "no barrel");
  assertComplains(checkForm("src/wire/tcp.ts", readSource("f();\n")), "doc comment");
  assertQuiet(checkForm("src/wire/tcp_test.ts", readSource("f();\n")));
  const silenced = readSource("// deno-lint-ignore-file no-console -- prints\n/** Job. */\nf();\n");
  assertQuiet(checkForm("tools/x.ts", silenced));
  const arrow = readSource("/** Job. */\nexport const f = () => 1;\n");
  assertComplains(checkForm("src/wire/tcp.ts", arrow), "f is an arrow function");
});

Deno.test("checkDeadFiles() complains about what nothing reaches", () => {
  const paths = ["main.ts", "src/a.ts", "src/b.ts", "src/dead.ts", "tools/t.ts", "x_test.ts"];
  const imports = [
    { from: "main.ts", specifier: "a", to: "src/a.ts" },
    { from: "src/a.ts", specifier: "b", to: "src/b.ts" },
    { from: "src/dead.ts", specifier: "a", to: "src/a.ts" },
  ];
  assertComplains(checkDeadFiles(paths, imports, "deno run tools/t.ts"), "src/dead.ts");
  assertEquals(checkDeadFiles(paths, imports, "").length, 2, "the tool is dead without its task");
});

Deno.test("checkAddresses() complains about public addresses only", () => {
  for (const address of ["8.8.8.8", "1.1.1.1", "172.32.0.1", "192.0.3.1", "2606:4700::1111"]) {
    assertComplains(checkAddresses("x.md", `scan ${address}/32 now`), address);
  }
  const harmless = [
    "10.1.2.3 127.0.0.1 192.168.0.1 172.16.0.1 169.254.1.1 0.0.0.0 255.255.255.255 224.0.0.1",
    "192.0.2.1 198.51.100.7 203.0.113.255 198.18.0.1 100.64.0.1",
    "2001:db8::1 fe80::1 fd00::1 ::1 10.0.0.300 version 1.2.3.4.5 at 2026-01-01T12:00:00",
    "RFC 1122 §3.2.2.1",
  ];
  for (const text of harmless) assertQuiet(checkAddresses("x.md", text));
});
