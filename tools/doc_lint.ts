/**
 * Doc lint over the front doors and, transitively, over the modules whose types they name: the
 * linter holds a type for private while its module is not on the list, so the list grows until it
 * no longer does. What is written in the comments is left to people.
 */
// deno-lint-ignore-file no-console -- a tool speaks to the person who runs it
import { readImports } from "../test/support/module_graph.ts";
import { fileExists, readText, REPOSITORY } from "../test/support/repository.ts";

/** Where strangers enter: the library, the engine, and what both rest on. */
const FRONT_DOORS = ["mod.ts", "engine.ts", "src/engine/flow.ts", "src/scan/scan.ts"];

/** What the linter said about a list of modules. */
interface LintReport {
  success: boolean;
  text: string;
}

/** A type that the linter holds for private, and the module that names it. */
export interface HiddenType {
  name: string;
  file: string;
}

if (import.meta.main) await main();

/** Lints, prints, and ends with 1 if something is undocumented. */
async function main(): Promise<void> {
  const modules = FRONT_DOORS.filter(fileExists);
  let report = await lint(modules);
  for (let added = await homesOf(report, modules); added.length > 0;) {
    modules.push(...added);
    report = await lint(modules);
    added = await homesOf(report, modules);
  }
  console.error(report.text.trim());
  console.error(`Doc lint over ${modules.length} modules: ${modules.join(", ")}`);
  Deno.exit(report.success ? 0 : 1);
}

/** Runs the linter over modules. */
async function lint(modules: string[]): Promise<LintReport> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--lint", ...modules],
    cwd: REPOSITORY,
    env: { NO_COLOR: "1" },
  }).output();
  return { success, text: new TextDecoder().decode(stderr) };
}

/** Types that the linter held for private, and where they were named. */
export function hiddenTypes(text: string, repository: string): HiddenType[] {
  const pattern = /references private type '([\w$]+)[^']*'\s+--> (\S+?):\d+:\d+/g;
  return [...text.matchAll(pattern)].map(([, name, path]) => ({
    name: name!,
    file: path!.startsWith(repository) ? path!.slice(repository.length) : path!,
  }));
}

/** Modules, not yet on the list, in which hidden types are declared and exported. */
async function homesOf(report: LintReport, modules: string[]): Promise<string[]> {
  const hidden = hiddenTypes(report.text, REPOSITORY.pathname);
  if (hidden.length === 0) return [];
  const imports = await readImports(modules);
  const homes = hidden.flatMap(({ name, file }) => {
    const imported = imports.filter(({ from }) => from === file).map(({ to }) => to);
    return [file, ...imported].filter((path) => fileExists(path) && exportsType(path, name));
  });
  return [...new Set(homes)].filter((home) => !modules.includes(home));
}

/** True if a module declares and exports a name. */
function exportsType(path: string, name: string): boolean {
  const declaration =
    `^export (declare |abstract )?(type|interface|class|const|function) ${name}\\b`;
  return new RegExp(declaration, "m").test(readText(path));
}
