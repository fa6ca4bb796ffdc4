import { assertEquals, assertThrows } from "@std/assert";
import { FORMATS } from "report/formats.ts";
import { OUTPUT_FLAGS } from "./output_flags.ts";
import { readSettings } from "./settings.ts";

/** What is asked for, as `format=file`. */
function read(line: string): string[] {
  const { outputs } = readSettings([...line.split(" ").filter(Boolean), "192.0.2.10"]);
  return outputs.map(({ format, file }) => `${format}=${file}`);
}

Deno.test("readSettings() takes several outputs, each in its format", () => {
  assertEquals(
    read("-oN n -oX- -oG g -oJ j -oL l -oP p -oC c -oX second.xml"),
    "normal=n xml=- grepable=g json=j list=l endpoints=p csv=c xml=second.xml".split(" "),
  );
  assertEquals(read(""), []);
});

Deno.test("readSettings() has a flag for every format", () => {
  const flags = Object.keys(OUTPUT_FLAGS);
  for (const name of Object.keys(FORMATS)) assertEquals(flags.includes(name), true, name);
});

Deno.test("readSettings() takes -oA for four files", () => {
  assertEquals(
    read("-oA out/lab"),
    "normal=out/lab.nmap xml=out/lab.xml grepable=out/lab.gnmap json=out/lab.jsonl".split(" "),
  );
});

Deno.test("readSettings() lets no two outputs write into each other", () => {
  const cases: [string, string][] = [
    ["-oX - -oG -", "-oG: Cannot send two outputs to standard output"],
    ["-oX a -oP a", '-oP: Cannot send two outputs to "a"'],
    ["-oX a.xml -oA a", '-oA: Cannot send two outputs to "a.xml"'],
    ["-oA -", '-oA: Cannot use "-": give the beginning of file names'],
    ["-oX -x", '-oX: Cannot use "-x": give the name of a file (./-x if'],
  ];
  for (const [line, message] of cases) assertThrows(() => read(line), Error, message, line);
});

Deno.test("readSettings() knows whether files are added to", () => {
  assertEquals(readSettings(["--append-output", "192.0.2.10"]).appendsOutput, true);
  assertEquals(readSettings(["192.0.2.10"]).appendsOutput, false);
});
