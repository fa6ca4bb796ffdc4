/**
 * The kind that `deno compile` makes: Deno's base runtime with the bundle in it. The base comes
 * from `DENORT_BIN`, from Deno's cache (where it can be put by hand), or is downloaded by Deno; it
 * has to have the checksum that is pinned for it. `--no-code-cache`: the cache would lie in the
 * directory for temporary files under a name that other users can guess, and would be executed.
 */
import { environment, runCommand } from "../../test/lab/command.ts";
import { sha256 } from "./checksum.ts";
import { PINS } from "./pins.ts";
import { checkProgram, type Target } from "./target.ts";

/** A download of some 40 MB over a slow line, ms. */
const TIME_LIMIT_MS = 600_000;

/** What goes into a single file, and where it goes. */
export interface BuildPaths {
  readonly bundle: string;
  readonly output: string;
}

/** How `deno compile` is used. */
export interface CompileOptions extends BuildPaths {
  /**
   * SHA-256 of the zip with the base.
   * @default {the pinned one of the machine}
   */
  readonly pin?: string;
}

/**
 * Builds a single file by `deno compile`.
 *
 * @returns Why there is none, or `undefined`.
 */
export async function buildByCompile(
  target: Target,
  { bundle, output, pin = PINS[target.arch].base }: CompileOptions,
): Promise<string | undefined> {
  const given = Deno.env.get("DENORT_BIN");
  const problem = given === undefined ? undefined : checkProgram(given, target);
  if (problem !== undefined) return problem;
  const unchecked = `${output}.unchecked`;
  const words = [Deno.execPath(), ...compileArguments(target, { bundle, output: unchecked })];
  const { code, stderr } = await runCommand(words, {
    env: { NO_COLOR: "1" },
    timeoutMs: TIME_LIMIT_MS,
  });
  if (code !== 0) return complaintOf(stderr);
  // Whoever names a base file answers for it; what came from elsewhere has to be the known one.
  const doubt = given === undefined ? await checkBase(target, pin) : undefined;
  if (doubt === undefined) await Deno.rename(unchecked, output);
  else await Deno.remove(unchecked);
  return doubt;
}

/** True if the base for a machine is at hand, so that nothing has to be downloaded. */
export function hasBase(target: Target): boolean {
  if (Deno.env.has("DENORT_BIN")) return true;
  try {
    return Deno.statSync(cachedBase(target)).isFile;
  } catch {
    return false;
  }
}

/** The arguments of Deno. */
export function compileArguments(target: Target, { bundle, output }: BuildPaths): string[] {
  return [
    "compile",
    "--quiet",
    "--no-code-cache",
    "--allow-all",
    "--no-prompt",
    "--no-config",
    "--no-lock",
    "--no-remote",
    "--no-npm",
    "--cached-only",
    "--no-check",
    "--app-name=portbunny",
    `--target=${target.triple}`,
    `--output=${output}`,
    bundle,
  ];
}

/** The reason in what Deno says, in one line. */
export function complaintOf(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  const causes = lines.filter((line) => /^\d+: /.test(line) && !/^\d+: Setting up/.test(line));
  const error = causes[0] ?? lines.find((line) => line.startsWith("error:")) ?? "it failed";
  return error.replace(/^(\d+|error): /, "");
}

/** What is wrong with the base that Deno took from its cache, or has just put there. */
async function checkBase(
  target: Target,
  pinned: string | undefined,
): Promise<string | undefined> {
  const path = cachedBase(target);
  const found = await sha256(path);
  if (found === pinned) return undefined;
  return pinned === undefined
    ? `nobody has verified the base runtime yet: compare its SHA-256 ${found} with the one that ` +
      "its publisher gives, and enter it in tools/single_file/pins.ts"
    : `the base runtime ${path} has SHA-256 ${found} instead of ${pinned}`;
}

/** Where Deno keeps the base of this version. */
function cachedBase({ triple }: Target): string {
  const { stdout } = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json"],
    env: environment(),
  }).outputSync();
  const { denoDir } = JSON.parse(new TextDecoder().decode(stdout));
  return `${denoDir}/dl/release/v${Deno.version.deno}/denort-${triple}.zip`;
}
