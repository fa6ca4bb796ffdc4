import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { parsePorts } from "scan/ports.ts";
import { formatRanges } from "./ranges.ts";

Deno.test("formatRanges() joins neighbours", () => {
  assertEquals(formatRanges([]), "");
  assertEquals(formatRanges([0]), "0");
  assertEquals(formatRanges([1, 2, 3, 23]), "1-3,23");
  assertEquals(formatRanges([0, 1, 65534, 65535]), "0-1,65534-65535");
});

Deno.test("formatRanges() is undone by parsePorts()", () => {
  const ports = fc.uniqueArray(fc.integer({ min: 0, max: 65_535 }), { minLength: 1 });
  fc.assert(fc.property(ports, (numbers) => {
    const ascending = Uint16Array.from(numbers).sort();
    assertEquals(parsePorts(formatRanges(ascending)), ascending);
  }));
});
