import { assertEquals } from "@std/assert";
import { formatMarkdown, formatTable } from "./table.ts";

const TABLE = {
  columns: [{ title: "what" }, { title: "ms", align: "right" }, { title: "note" }],
  rows: [["a", "1.5", ""], ["längst", "100.0", "x|y"]],
} as const;

Deno.test("formatTable() lines columns up and leaves no blanks at the end", () => {
  assertEquals(
    formatTable(TABLE),
    "what       ms  note\n" +
      "──────  ─────  ────\n" +
      "a         1.5\n" +
      "längst  100.0  x|y\n",
  );
});

Deno.test("formatMarkdown() escapes what would be a column", () => {
  assertEquals(
    formatMarkdown(TABLE),
    "| what | ms | note |\n| :-- | --: | :-- |\n| a | 1.5 |  |\n| längst | 100.0 | x\\|y |\n",
  );
});
