/**
 * The program as one JavaScript file, for both of its roles (command line and worker). Not
 * minified: whoever takes it out of a single file can read it, and stack traces name functions.
 */
import { environment } from "../../test/lab/command.ts";
import { REPOSITORY_PATH } from "../../test/support/repository.ts";

/**
 * Bundles `main.ts` with all it imports.
 *
 * @param output Path of the bundle.
 * @param repository Where the sources are. @default this repository
 * @throws {Error} If it cannot be bundled; Deno's bundler takes esbuild from npm at the first use.
 */
export function makeBundle(output: string, repository: string = REPOSITORY_PATH): void {
  const { success, stderr } = new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform=deno", `--output=${output}`, "main.ts"],
    // The bundle names its sources, relative to where it was made.
    cwd: repository,
    env: environment({ NO_COLOR: "1" }),
    stdin: "null",
  }).outputSync();
  if (!success) throw new Error(`Cannot bundle: ${new TextDecoder().decode(stderr).trim()}`);
}
