/** Documents say what is there: files that they name exist, tasks and flags that they show too. */
import { assertEquals } from "@std/assert";
import { FLAGS } from "cli/flags.ts";
import { fileExists, listFiles, readText } from "./support/repository.ts";

const DOCUMENTS = listFiles().filter((path) => path.endsWith(".md"));

/** Where a name may be meant to begin: at the document, in `src/`, at the top. */
function isThere(name: string, document: string): boolean {
  const folder = document.split("/").slice(0, -1).map((part) => `${part}/`).join("");
  return [folder, "src/", "", `${folder}src/`].some((start) => {
    const parts: string[] = [];
    for (const part of `${start}${name}`.split("/")) {
      if (part === "..") parts.pop();
      else if (part !== ".") parts.push(part);
    }
    return fileExists(parts.join("/"));
  });
}

/** Names of our kinds of file in a text; patterns and file names alone are not looked for. */
function namedFiles(text: string): string[] {
  const pattern = /(?<![\w*/.-])(?:\.\.?\/)*(?:[\w-]+\/)+[\w.-]+\.(?:ts|md|json|sh|c)\b/g;
  return [...text.matchAll(pattern)].map(([name]) => name);
}

for (const document of DOCUMENTS) {
  Deno.test(`${document} names files that exist`, () => {
    const text = readText(document);
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, link]) =>
      link!
    );
    const names = [...new Set([...namedFiles(text), ...links])];
    assertEquals(names.filter((name) => !isThere(name, document)), []);
  });
}

Deno.test("documents show tasks that exist", () => {
  const tasks = Object.keys(JSON.parse(readText("deno.json")).tasks);
  const shown = DOCUMENTS.flatMap((path) =>
    [...readText(path).matchAll(/deno(?:@[\d.]+)? task (\w+)/g)].map(([, task]) => task!)
  );
  assertEquals([...new Set(shown)].filter((task) => !tasks.includes(task)), []);
});

Deno.test("the README shows flags that exist", () => {
  const forms: string[] = Object.values(FLAGS).flatMap(({ forms }) => [...forms]);
  const use = readText("README.md").split(/^## /m).find((part) => part.startsWith("Use\n"))!;
  const shown = [...use.matchAll(/(?<![\w-])(--[a-z][\w-]+|-o[A-Z]|-[A-Z]n|-s[A-Z])\b/g)];
  const unknown = shown.map(([form]) => form).filter((form) => !forms.includes(form));
  assertEquals([...new Set(unknown)], []);
});
