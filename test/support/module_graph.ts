/**
 * The module graph of this repository, as the runtime itself resolves it: import map, type imports
 * and dynamic imports included. Judging it is left to `architecture.ts`.
 */
import { REPOSITORY } from "./repository.ts";

/** One import: which file names which. */
export interface Import {
  /** The file that imports, relative to the repository. */
  from: string;
  /** As written. */
  specifier: string;
  /** The file meant, relative to the repository; for packages and builtins the specifier. */
  to: string;
}

/** The part of `deno info --json` that is read. */
interface GraphReport {
  modules: { specifier: string; dependencies?: Dependency[] }[];
}

/** A dependency as `deno info` reports it; `code`, `type` or both are there. */
interface Dependency {
  specifier: string;
  code?: { specifier?: string };
  type?: { specifier?: string };
}

/**
 * All imports of the given files and of what they reach. One process is asked about a list module
 * that imports every file, since `deno info` takes one root.
 */
export async function readImports(files: string[]): Promise<Import[]> {
  const list = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const lines = files.map((file) => `import "${new URL(file, REPOSITORY).href}";`);
    await Deno.writeTextFile(list, lines.join("\n"));
    return importsOf(await runInfo(list));
  } finally {
    await Deno.remove(list);
  }
}

/** Asks the runtime for the graph of one root. */
async function runInfo(root: string): Promise<GraphReport> {
  const config = new URL("deno.json", REPOSITORY).pathname;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--config", config, root],
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(`"deno info" failed: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Flattens the report; files outside the repository (the list itself) are left out. */
function importsOf(report: GraphReport): Import[] {
  const imports: Import[] = [];
  for (const { specifier: module, dependencies } of report.modules) {
    if (!module.startsWith(REPOSITORY.href)) continue;
    for (const { specifier, code, type } of dependencies ?? []) {
      const targets = new Set([code?.specifier, type?.specifier]);
      for (const target of targets) {
        if (target !== undefined) {
          imports.push({ from: relative(module), specifier, to: relative(target) });
        }
      }
    }
  }
  return imports;
}

/** A repository path, where the URL is one of ours. */
function relative(url: string): string {
  return url.startsWith(REPOSITORY.href) ? url.slice(REPOSITORY.href.length) : url;
}
