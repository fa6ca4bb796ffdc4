/**
 * The program in every kind that can be built here, for tests that hold for all of them: from
 * source, the single file with the launcher, and what `deno compile` makes where its base runtime
 * is at hand. A single file is kept as long as nothing changes that it is made of.
 */
import type { Packaging } from "cli/packaging.ts";
import { makeBundle } from "../../tools/single_file/bundle.ts";
import { sha256 } from "../../tools/single_file/checksum.ts";
import { buildByCompile, type BuildPaths, hasBase } from "../../tools/single_file/compile_kind.ts";
import { buildByLauncher } from "../../tools/single_file/launcher_kind.ts";
import { type Target, TARGETS } from "../../tools/single_file/target.ts";
import { portbunny } from "../lab/lab.ts";
import { listFiles, REPOSITORY_PATH } from "./repository.ts";

/** One kind of the program. */
export interface ProgramKind {
  readonly packaging: Packaging;
  /** The words that start it. */
  start(args: readonly string[]): string[];
}

/** What a single file is made of beside the bundle and the runtime. */
const BUILD_FILES = listFiles("tools/single_file/");

/** Where the files are kept. */
const FOLDER = `${REPOSITORY_PATH}build`;

/** This machine. */
const TARGET = TARGETS[Deno.build.arch];

/** Builds a file and says why not if not. */
type Builder = (
  target: Target,
  paths: BuildPaths,
) => string | undefined | Promise<string | undefined>;

/** Every kind that can be had here without a download. */
export async function programKinds(): Promise<ProgramKind[]> {
  const kinds: ProgramKind[] = [
    { packaging: "source", start: portbunny },
    singleFile("launcher", await launcherFile()),
  ];
  if (hasBase(TARGET)) kinds.push(singleFile("compiled", await keep("compiled", buildByCompile)));
  return kinds;
}

/** Path of the single file with the launcher, which is built if it is not there or out of date. */
export function launcherFile(): Promise<string> {
  return keep("launcher", buildByLauncher);
}

function singleFile(packaging: Packaging, path: string): ProgramKind {
  return { packaging, start: (args) => [path, ...args] };
}

/** Builds a file, unless the one that is there was built of the same things. */
async function keep(name: string, build: Builder): Promise<string> {
  await Deno.mkdir(FOLDER, { recursive: true });
  const [bundle, output] = [`${FOLDER}/portbunny.js`, `${FOLDER}/portbunny-${name}`];
  makeBundle(bundle);
  const ingredients = await listIngredients(bundle);
  if (readIfThere(`${output}.made-of`) === ingredients) return output;
  const problem = await build(TARGET, { bundle, output });
  if (problem !== undefined) throw new Error(`Cannot build the single file: ${problem}`);
  await Deno.writeTextFile(`${output}.made-of`, ingredients);
  return output;
}

/** What a file is made of: changes when any of it changes. */
async function listIngredients(bundle: string): Promise<string> {
  const runtime = Deno.env.get("DENORT_BIN") ?? Deno.execPath();
  const lines = [`${runtime} ${(await Deno.stat(runtime)).mtime?.getTime()}`];
  for (const path of [bundle, ...BUILD_FILES.map((file) => REPOSITORY_PATH + file)]) {
    lines.push(`${path} ${await sha256(path)}`);
  }
  return lines.join("\n");
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}
