/** Where results are kept: JSON files in a folder that git ignores. */

/** The folder of results and of what is needed to go on. */
export const RESULTS: URL = new URL("../build/bench/", import.meta.url);

/** Saves a result under a name; returns its path, relative to the repository. */
export async function saveResult(name: string, result: unknown): Promise<string> {
  await Deno.mkdir(RESULTS, { recursive: true });
  await Deno.writeTextFile(new URL(`${name}.json`, RESULTS), `${JSON.stringify(result)}\n`);
  return `build/bench/${name}.json`;
}
