/**
 * The least that a single file needs around it: a folder with the libraries that Deno is linked to,
 * their loader, and a place for `/proc`. The lab scans from such a root, and the container is one.
 * No shell, no libpcap, no `/dev`, no home, no place for temporary files.
 */
import { runSystem } from "../../test/lab/command.ts";

/** Where the file lies in its root. */
export const PROGRAM_IN_ROOT = "/portbunny";

/**
 * Fills an empty folder; the single file is still missing in it.
 *
 * @param linked The program whose libraries are needed: a launcher has none, its runtime has.
 */
export async function makeBareRoot(folder: string, linked: string): Promise<void> {
  await Deno.mkdir(`${folder}/proc`);
  for (const library of librariesOf(linked)) {
    await Deno.mkdir(`${folder}${library.slice(0, library.lastIndexOf("/"))}`, { recursive: true });
    await Deno.copyFile(library, `${folder}${library}`);
  }
}

/** Paths of the libraries of a program, and of their loader. */
function librariesOf(program: string): string[] {
  return [...runSystem(["ldd", program]).matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path!);
}
