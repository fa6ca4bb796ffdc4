/** Where results are kept: files in a folder that git ignores. */

/** The folder of results and of what is needed to go on. */
export const RESULTS: URL = new URL("../build/bench/", import.meta.url);

/** Saves a result as JSON under a name; returns its path, relative to the repository. */
export function saveResult(name: string, result: unknown): Promise<string> {
  return saveText(`${name}.json`, `${JSON.stringify(result)}\n`);
}

/** Saves a text as a file; returns its path, relative to the repository. */
export async function saveText(fileName: string, text: string): Promise<string> {
  await Deno.mkdir(RESULTS, { recursive: true });
  await Deno.writeTextFile(new URL(fileName, RESULTS), text);
  return `build/bench/${fileName}`;
}
