import { assertEquals } from "@std/assert";
import { COLORED, PLAIN, type Style, visibleLength } from "./style.ts";

/** What a style does to a text, by kind. */
function all(style: Style): string[] {
  return [
    style.good("x"),
    style.doubtful("x"),
    style.bad("x"),
    style.strong("x"),
    style.faint("x"),
  ];
}

Deno.test("PLAIN leaves text as it is, COLORED marks each kind in its own way", () => {
  assertEquals(all(PLAIN), Array(5).fill("x"));
  assertEquals(new Set(all(COLORED)).size, 5);
  assertEquals(COLORED.good("open"), "\x1b[32mopen\x1b[0m");
  assertEquals(COLORED.good(""), "");
});

Deno.test("visibleLength() counts characters, not sequences", () => {
  assertEquals(visibleLength(COLORED.good("µ━x") + COLORED.strong("y")), 4);
  assertEquals(visibleLength("\u{1f430}"), 1);
});
