/** The completions, read by the shells that they are for. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { completionScript, type Shell } from "cli/completion/command.ts";
import { FLAGS } from "cli/flags.ts";
import { runCommand } from "./lab/command.ts";

/** Runs a script of a shell with the completions as `$1`; nothing may be complained about. */
async function inShell(shell: Shell, script: string): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/_portbunny`;
    await Deno.writeTextFile(file, completionScript(shell));
    await Deno.writeTextFile(`${folder}/hosts.txt`, "");
    const words = shell === "fish"
      ? ["fish", "--no-config", "-c", `cd ${folder}; source ${file}; ${script}`]
      : [shell, ...(shell === "zsh" ? ["-f"] : []), "-c", `cd ${folder}; ${script}`, shell, file];
    const { stdout, stderr } = await runCommand(words, { env: { HOME: folder } });
    assertEquals(stderr, "", shell);
    return stdout.trimEnd().split("\n");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What bash offers for the last of some words. */
function bashOffers(words: string): Promise<string[]> {
  return inShell(
    "bash",
    `source "$1"; COMP_WORDS=(portbunny ${words}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); ` +
      '_portbunny; printf "%s\\n" "${COMPREPLY[@]}"',
  );
}

/** What fish offers after a line, without the explanations. */
async function fishOffers(line: string): Promise<string[]> {
  const lines = await inShell("fish", `complete -C "${line}"`);
  return lines.map((it) => it.split("\t")[0]!).sort();
}

Deno.test("completionScript() makes bash offer flags, values, files and commands", async () => {
  assertEquals(await bashOffers("--max-r"), ["--max-rate", "--max-retries"]);
  assertEquals((await bashOffers("-e l")).includes("lo"), true);
  assertEquals(await bashOffers("-iL ho"), ["hosts.txt"]);
  assertEquals(await bashOffers("merge ho"), ["hosts.txt"]);
  assertEquals(await bashOffers("completion z"), ["zsh"]);
  assertEquals((await bashOffers("mer")).includes("merge"), true);
  assertEquals(await bashOffers("-p 2"), [""]);
});

Deno.test("completionScript() makes fish offer flags, values, files and commands", async () => {
  assertEquals(await fishOffers("portbunny --max-r"), ["--max-rate", "--max-retries"]);
  assertEquals((await fishOffers("portbunny -e l")).includes("lo"), true);
  assertEquals(await fishOffers("portbunny -iL ho"), ["hosts.txt"]);
  assertEquals(await fishOffers("portbunny mer"), ["merge"]);
  assertEquals(await fishOffers("portbunny completion z"), ["zsh"]);
});

Deno.test("completionScript() gives zsh a specification of every spelling of a flag", async () => {
  const [first, ...offers] = await inShell(
    "zsh",
    '_arguments() { print -lr -- "$@" }; compdef() { print -r -- "$@" }; source "$1"; ' +
      "words=(portbunny -); CURRENT=2; _portbunny",
  );
  assertEquals(first, "_portbunny portbunny");
  assertEquals(offers.pop(), "*:target:_portbunny_words");
  const forms = Object.values(FLAGS).flatMap(({ forms }) => forms);
  assertEquals(offers.length, forms.length);
  for (const offer of offers) assertMatch(offer, /^\*--?[\w-]+[+=]?\[.+\](:[^:]+:\S*\s?\S*)?$/);
  const file = offers.find((offer) => offer.startsWith("*-iL"))!;
  assertStringIncludes(file, "*-iL+[");
  assertMatch(file, /:FILE:_files$/);
});
