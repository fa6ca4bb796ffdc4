/** SHA-256 of files, alone and as the list that `sha256sum --check` reads. */

/** Name of the list. */
const LIST = "SHA256SUMS";

/** SHA-256 of a file, in hexadecimal. */
export async function sha256(path: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Writes `SHA256SUMS` over the files of a folder into that folder. */
export async function writeChecksums(folder: string): Promise<void> {
  const entries = (await Array.fromAsync(Deno.readDir(folder))).filter(({ isFile }) => isFile);
  const names = entries.map(({ name }) => name).filter((name) => name !== LIST).sort();
  const lines: string[] = [];
  for (const name of names) lines.push(`${await sha256(`${folder}/${name}`)}  ${name}\n`);
  await Deno.writeTextFile(`${folder}/${LIST}`, lines.join(""));
}
