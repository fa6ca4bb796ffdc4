import { assert } from "assertion";
import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parsePorts } from "./ports.ts";

Deno.test("parsePorts() reads numbers, ranges, open ranges and names", () => {
  assertEquals([...parsePorts("22,80-83")], [22, 80, 81, 82, 83]);
  assertEquals([...parsePorts(" 443 , http,T:22")], [22, 80, 443]);
  assertEquals([...parsePorts("80,80,79-81")], [79, 80, 81]);
  assertEquals([...parsePorts("-3")], [1, 2, 3]);
  assertEquals([...parsePorts("65533-")], [65533, 65534, 65535]);
  assertEquals([...parsePorts("imaps,pop3s")], [993, 995]);
});

Deno.test("parsePorts() asks port 0 only when it is named, as nmap does", () => {
  assertEquals(parsePorts("-").length, 65_535);
  assertEquals(parsePorts("-")[0], 1);
  assertEquals(parsePorts("0-").length, 65_536);
  assertEquals([...parsePorts("0")], [0]);
});

Deno.test("parsePorts() names the wrong entry and what is allowed", () => {
  const cases: [string, string][] = [
    ["", 'Cannot use "" as a port list: it is empty; ports are 0 to 65535'],
    ["  ", "it is empty"],
    ["22,,80", 'Cannot use "22,,80" as a port list: an entry is empty'],
    ["22,", "an entry is empty"],
    ["70000", 'Cannot use "70000" as a port: ports are 0 to 65535'],
    ["22,80-70000", 'Cannot use "70000" in "80-70000" as a port: ports are 0 to 65535'],
    ["90-80", 'Cannot use "90-80" as a port range: it is empty'],
    ["-0", 'Cannot use "-0" as a port range: it is empty'],
    ["U:53", 'Cannot use "U:53" as a port: only TCP ports (T:) are scanned'],
    ["nosuchservice", 'Cannot use "nosuchservice" as a port: no TCP service has this name'],
    ["80;81", 'Cannot read "80;81" as a port: ports are 0 to 65535'],
    ["1-2-3", "no TCP service has this name"],
    ["0x16", "no TCP service has this name"],
    ["[1-100]", 'Cannot read "[1-100]" as a port'],
  ];
  for (const [text, message] of cases) assertThrows(() => parsePorts(text), Error, message);
});

Deno.test("parsePorts() returns ascending ports or throws RangeError or SyntaxError", () => {
  const piece = fc.constantFrom("0", "1", "22", "65535", "70000", "-", ",", "*", "T:", "ssh", " ");
  fc.assert(fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
    try {
      const ports = parsePorts(pieces.join(""));
      assert(ports.length > 0);
      assert(ports.every((port, index) => index === 0 || ports[index - 1]! < port));
    } catch (error) {
      assert(error instanceof RangeError || error instanceof SyntaxError, String(error));
    }
  }));
});
