import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { escapeText, safeJson } from "./escape.ts";

Deno.test("escapeText() makes controls and marks of direction visible", () => {
  assertEquals(escapeText("a\x1b[31mb\r\n"), "a\\x1b[31mb\\x0d\\x0a");
  assertEquals(escapeText("x\u202ey\u2028"), "x\\u202ey\\u2028");
  assertEquals(escapeText("bücher.example"), "bücher.example");
});

Deno.test("safeJson() is read back to the same value and holds no control character", () => {
  assertEquals(safeJson({ a: NaN, b: Infinity, c: "\x9b" }), '{"a":null,"b":null,"c":"\\u009b"}');
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const json = safeJson({ text });
    assertEquals(JSON.parse(json).text, text);
    assertEquals(/[\p{Cc}\p{Cf}]/u.test(json), false);
  }));
});
