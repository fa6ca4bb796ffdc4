/**
 * Order in the house: lengths, leftovers, dead files, and what belongs to a machine and not to a
 * repository. Each check takes text or facts and returns complaints, so that it can be tried on
 * small bad inputs; `tidy_test.ts` applies them to the repository.
 */
import { isTestFile, ROOTS } from "./architecture.ts";
import type { Import } from "./module_graph.ts";
import { type Comment, readSource, type SourceFacts } from "./source.ts";

/** Columns of a line; what `deno fmt` cannot break (strings, comments) is meant too. */
const LINE_WALL = 100;

/** Lines of code in a file, comments and blanks not counted. The aim is below 200. */
const FILE_WALL = 400;

/** Lines of a function, from its first to its last. The aim is below 35. */
const FUNCTION_WALL = 70;

/** Files that are data, and why no length applies to them. */
export const DATA_FILES: ReadonlyMap<string, string> = new Map<string, string>([]);

/** A phrase that has no place in the repository, and what is wrong with it. */
interface Ban {
  pattern: RegExp;
  why: string;
}

/**
 * Phrases banned everywhere. Some letters stand in brackets so that this list does not find itself.
 */
const BANS: readonly Ban[] = [
  { pattern: /(?<![\w.])\/(work|roo[t])\//, why: "names a path of one machine" },
  { pattern: /(?<![\w.])\/(home|User[s])\/\w/, why: "names somebody's home directory" },
  { pattern: /(?<![\w.])\/tmp\/bi[n]\b/, why: "names a path of one machine" },
  { pattern: /\bnpmj[s]\.(org|com)\b|\bjs[r]\.io\b|\bden[o]\.land\b/i, why: "names a registry" },
  { pattern: /\b(es[m]\.sh|unpk[g]\.com|jsdeliv[r]\.net)\b/i, why: "names a registry" },
  { pattern: /\b(py[p]i|pythonhoste[d])\.org\b|\bcrate[s]\.io\b/i, why: "names a registry" },
  { pattern: /\b(deb|security)\.debia[n]\.org\b|\bubunt[u]\.com\b/i, why: "names a registry" },
  { pattern: /\bclaud[e]\b|\banthropi[c]\b|\bopena[i]\b|\bchatgp[t]\b/i, why: "names a tool" },
  { pattern: /\bcopilo[t]\b|\bL[L]M\b|\bsubagen[t]|\bA[I] (agent|model)/i, why: "names a tool" },
  { pattern: /\bfact[s](\/|: \d)|\bstyle-anchor[s]\b/i, why: "names a paper that is not here" },
  { pattern: /\bDESIG[N]\.md\b|\bpreambl[e]\.txt\b/, why: "names a paper that is not here" },
  { pattern: /\bFIXM[E]\b|\bX[X]X\b/, why: "is a leftover" },
  { pattern: /\bTOD[O]\b(?!\([^)]+\))/, why: "is a task without an issue: write TODO(#n)" },
  { pattern: /^(<{7}|>{7}|={7})( |$)/, why: "is left from a merge" },
];

/** Complaints about banned phrases, in any text file. */
export function checkPhrases(path: string, text: string): string[] {
  return text.split("\n").flatMap((line, index) =>
    BANS.flatMap(({ pattern, why }) => {
      const found = pattern.exec(line)?.[0];
      return found === undefined ? [] : [`${path}:${index + 1}: "${found}" ${why}`];
    })
  );
}

/** Complaints about lines that are too long; a lone URL cannot be broken and is let through. */
export function checkLines(path: string, text: string): string[] {
  return text.split("\n").flatMap((line, index) => {
    if ([...line].length <= LINE_WALL || /^\W*https?:\S+$/.test(line.trim())) return [];
    return [`${path}:${index + 1}: line is longer than ${LINE_WALL} columns`];
  });
}

/** Complaints about files and functions that are too long. */
export function checkLengths(path: string, facts: SourceFacts): string[] {
  const complaints: string[] = [];
  if (facts.codeLines > FILE_WALL) {
    complaints.push(`${path}: ${facts.codeLines} lines of code, the wall is ${FILE_WALL}`);
  }
  for (const { name, line, lines } of facts.functions) {
    if (lines > FUNCTION_WALL) {
      complaints.push(`${path}:${line}: ${name} has ${lines} lines, the wall is ${FUNCTION_WALL}`);
    }
  }
  return complaints;
}

/** Complaints about what is only there while somebody looks for a mistake. */
export function checkLeftovers(path: string, facts: SourceFacts): string[] {
  const complaints = facts.debuggers.map(({ line }) => `${path}:${line}: debugger`);
  for (const { text, line } of facts.members) {
    const printing = path.startsWith("src/") && !isTestFile(path) && /^console\.log$/.test(text);
    const only = /^(Deno\.(test|bench)|describe|it|test)\s*\.\s*only$/.test(text);
    if (printing || only) complaints.push(`${path}:${line}: ${text}`);
  }
  for (const comment of facts.comments) {
    if (holdsCode(comment)) complaints.push(`${path}:${comment.line}: code in a comment`);
  }
  return complaints;
}

/** Complaints about the form of a file: name, opening comment, arrow functions at the top level. */
export function checkForm(path: string, facts: SourceFacts): string[] {
  const complaints: string[] = [];
  const name = path.split("/").at(-1)!;
  if (!/^[a-z0-9]+(_[a-z0-9]+)*(\.d)?\.ts$/.test(name)) {
    complaints.push(`${path}: file names are snake_case`);
  }
  if (path.startsWith("src/") && /^(mod|index)\.ts$/.test(name)) {
    complaints.push(`${path}: a floor has a front door named after its noun, no barrel`);
  }
  if (!isTestFile(path) && !/^(#!.*\n|\/\/ deno-lint-.*\n)*\s*\/\*\*/.test(facts.text)) {
    complaints.push(`${path}: begins without a doc comment on its job`);
  }
  for (const { text, line } of facts.topLevelArrows) {
    complaints.push(`${path}:${line}: ${text} is an arrow function, declare a function`);
  }
  return complaints;
}

/**
 * Complaints about files that neither a root nor a test nor a bench nor a task reaches. `tasks` is
 * all text that starts programs: tasks, and sources that start children by `"./name.ts"`.
 */
export function checkDeadFiles(paths: string[], imports: Import[], tasks: string): string[] {
  const isRoot = (path: string): boolean =>
    ROOTS.includes(path) || isTestFile(path) || path.endsWith(".d.ts") || tasks.includes(path) ||
    tasks.includes(`"./${path.split("/").at(-1)!}"`);
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...next.get(from) ?? [], to]);
  const reached = new Set(paths.filter(isRoot));
  for (const path of reached) {
    for (const target of next.get(path) ?? []) reached.add(target);
  }
  return paths.filter((path) => !reached.has(path)).map((path) => `${path}: nothing uses it`);
}

/** Complaints about addresses of real machines: examples and tests use documentation blocks. */
export function checkAddresses(path: string, text: string): string[] {
  return text.split("\n").flatMap((line, index) => {
    const found = [...line.matchAll(IPV4), ...line.matchAll(IPV6)].map(([address]) => address);
    return found.filter(isPublic).map((address) =>
      `${path}:${index + 1}: ${address} may be somebody's, use 192.0.2.0/24 or 2001:db8::/32`
    );
  });
}

/** Dotted quads that are not part of a longer number. */
const IPV4 = /(?<![\d.§])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\d]|\.\d)/g;

/** Addresses of IPv6 from the block that is given out, whose first digit is 2 or 3. */
const IPV6 = /(?<![\w:])[23][0-9a-f]{3}:[0-9a-f:]*:[0-9a-f:]*/gi;

/** Blocks that belong to nobody: this net, private, shared, loopback, link, documentation, … */
const HARMLESS = new RegExp(
  "^(0|10|127|2[2-5]\\d)\\." + // this net, private, loopback, multicast and reserved
    "|^100\\.(6[4-9]|[7-9]\\d|1[01]\\d|12[0-7])\\." + // shared, RFC 6598
    "|^169\\.254\\.|^172\\.(1[6-9]|2\\d|3[01])\\.|^192\\.168\\." + // link, private
    "|^192\\.0\\.[02]\\.|^198\\.51\\.100\\.|^203\\.0\\.113\\." + // documentation, RFC 5737
    "|^198\\.1[89]\\.", // benchmarking, RFC 2544
);

/** True for an address that a stranger's machine may have. */
function isPublic(address: string): boolean {
  if (address.includes(":")) return !/^2001:0?db8:/i.test(address);
  const octets = address.split(".").map(Number);
  return octets.every((octet) => octet <= 255) && !HARMLESS.test(address);
}

/** True if a comment that is no documentation reads as statements. */
function holdsCode({ kind, text }: Comment): boolean {
  const code = text.trim();
  if (kind === "doc" || !/[;{}]$/.test(code)) return false;
  try {
    // Inside a function, so that `return` and `await` parse as well.
    return readSource(`async function _() {\n${code}\n}`).names.length > 1;
  } catch {
    return false;
  }
}
