import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { FLAGS } from "./flags.ts";
import { tokenize } from "./tokenizer.ts";
import { UsageError } from "./usage_error.ts";

/** Tokens as text: `ports=22` for a flag, the word for a word. */
function read(line: string): string[] {
  return tokenize(line === "" ? [] : line.split(" ")).map((token) =>
    token.kind === "word" ? token.text : `${token.flag}=${token.value}`
  );
}

Deno.test("tokenize() reads every form that nmap reads", () => {
  const cases: [string, string[]][] = [
    ["-p22 -p 22 -p- -p -", ["ports=22", "ports=22", "ports=-", "ports=-"]],
    ["-p -100 x", ["ports=-100", "x"]],
    ["-Pn -sS -sn", ["skipSearch=", "synScan=", "searchOnly="]],
    ["-oJ file -oJfile -oJ- -oJ -", ["json=file", "json=file", "json=-", "json=-"]],
    ["-T4 -T 4 -Taggressive", ["template=4", "template=4", "template=aggressive"]],
    ["--max-rate 100 --max-rate=100 -max-rate 100 -max-rate=100", [
      "maxRate=100",
      "maxRate=100",
      "maxRate=100",
      "maxRate=100",
    ]],
    ["-v -vv -v3 -d2", ["verbose=1", "verbose=1", "verbose=1", "verbose=3", "debug=2"]],
    ["-nFv -vn", ["noNames=", "fast=", "verbose=1", "verbose=1", "noNames="]],
    ["-np22", ["noNames=", "ports=22"]],
    ["-open --open -reason", ["open=", "open=", "reason="]],
    ["-g53 -e eth0 -S192.0.2.1", ["sourcePort=53", "interfaceName=eth0", "source=192.0.2.1"]],
    ["a -F b", ["a", "fast=", "b"]],
    ["-F -- -v b", ["fast=", "-v", "b"]],
    ["--ports=", ["ports="]],
    ["-h -V --help --version", ["help=", "version=", "help=", "version="]],
  ];
  for (const [line, tokens] of cases) assertEquals(read(line), tokens, line);
});

Deno.test("tokenize() says what is wrong with a flag", () => {
  const cases: [string, string][] = [
    ["-p", "-p: needs a value: -p PORTS"],
    ["--max-rate", "--max-rate: needs a value: --max-rate N"],
    ["--open=yes", '--open: takes no value, remove "=yes"'],
    ["--max-rat 5", 'Unknown option "--max-rat": did you mean --max-rate?'],
    ["--max-rat=5", 'Unknown option "--max-rat": did you mean --max-rate?'],
    ["-max-rat 5", 'Unknown option "-max-rat": did you mean --max-rate?'],
    ["--frobnicate", 'Unknown option "--frobnicate": --help lists all options'],
    ["-z", 'Unknown option "-z": --help lists all options'],
    ["-sV", "nmap(-sV): unsupported: no fingerprinting"],
    ["-sSV", "nmap(-sV): unsupported: no fingerprinting"],
    ["-nA", "nmap(-A): unsupported: no fingerprinting"],
    ["-sU", "nmap(-sU): unsupported: PortBunny does TCP SYN scans and nothing else"],
    ["-PS22,80", "nmap(-PS): unsupported: all kinds of triggers"],
    ["-oS-", "nmap(-oS): unsupported: the formats are -oN -oX -oG -oJ -oL -oP -oC"],
    ["--min-rate 5", "nmap(--min-rate): unsupported: a lower bound"],
    ["-script=x", "nmap(--script): unsupported"],
    ["-6", "nmap(-6): unsupported: IPv4 only"],
  ];
  for (const [line, message] of cases) assertThrows(() => read(line), UsageError, message, line);
});

Deno.test("tokenize() returns tokens or throws UsageError, whatever is typed", () => {
  const forms = Object.values(FLAGS).flatMap(({ forms }) => [...forms]);
  const piece = fc.oneof(fc.constantFrom(...forms, "-", "--", "=", "22", "-s", "-o"), fc.string());
  const argument = fc.array(piece, { maxLength: 3 }).map((pieces) => pieces.join(""));
  fc.assert(fc.property(fc.array(argument), (args) => {
    try {
      tokenize(args);
    } catch (error) {
      assertEquals(error instanceof UsageError, true, String(error));
    }
  }));
});
