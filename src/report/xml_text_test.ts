import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseXml } from "../../test/support/xml.ts";
import { escapeText } from "./escape.ts";
import { emptyElement, openTag, xmlComment } from "./xml_text.ts";

/** Any text that a network might say, halves of surrogate pairs and forbidden ones included. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    fc.constantFrom("-", "<", "&", '"', "]]>", "\u{1f430}", "\uffff", "\x1b", "\0"),
  ),
});

Deno.test("emptyElement() holds any text, and gives it back without control characters", () => {
  fc.assert(fc.property(anyText, (text) => {
    const { attributes } = parseXml(emptyElement("a", { b: text, c: undefined, d: 7 }));
    const expected = escapeText(text.toWellFormed()).replaceAll(/[\ufffe\uffff]/g, "\ufffd");
    assertEquals(attributes, { b: expected, d: "7" });
  }));
});

Deno.test("xmlComment() holds any text", () => {
  fc.assert(fc.property(anyText, (text) => {
    assertEquals(parseXml(`${xmlComment(text)}<a/>`).name, "a");
  }));
});

Deno.test("xmlComment() writes hyphens as nmap does", () => {
  assertEquals(xmlComment("portbunny --open -p-"), "<!-- portbunny -&#45;open -p&#45; -->");
});

Deno.test("openTag() has attributes in their order, or none", () => {
  assertEquals(openTag("a", { x: 1, y: "<" }), '<a x="1" y="&lt;">');
  assertEquals(openTag("a"), "<a>");
});
