/**
 * The files of this repository, as the checks of the house see them. It lists and reads, and leaves
 * every judgement to `architecture.ts` and `tidy.ts`.
 */

/** Where the repository is, as a URL that ends in a slash. */
export const REPOSITORY: URL = new URL("../../", import.meta.url);

/** The same as a path, for commands. */
export const REPOSITORY_PATH = decodeURIComponent(REPOSITORY.pathname);

/** Folders that hold what tools produce (and git's own); names beginning with a dot are skipped. */
const PRODUCED = new Set(["node_modules", "dist", "build", "coverage", "vendor"]);

/** The one folder with a dot that is ours. */
const CI_FOLDER = ".ci";

/** Paths of all files below a folder, relative to the repository, in alphabetical order. */
export function listFiles(folder = ""): string[] {
  const found: string[] = [];
  for (const entry of Deno.readDirSync(new URL(folder, REPOSITORY))) {
    const path = folder + entry.name;
    if (entry.isDirectory) {
      const hidden = entry.name.startsWith(".") && entry.name !== CI_FOLDER;
      if (!hidden && !PRODUCED.has(entry.name)) found.push(...listFiles(`${path}/`));
    } else if (entry.isFile) {
      found.push(path);
    }
  }
  return found.sort();
}

/** Paths of all TypeScript files, declarations included. */
export function listSources(): string[] {
  return listFiles().filter((path) => path.endsWith(".ts"));
}

/** The text of a file. */
export function readText(path: string): string {
  return Deno.readTextFileSync(new URL(path, REPOSITORY));
}

/** True if a repository path names a file that exists. */
export function fileExists(path: string): boolean {
  try {
    return Deno.statSync(new URL(path, REPOSITORY)).isFile;
  } catch {
    return false;
  }
}
