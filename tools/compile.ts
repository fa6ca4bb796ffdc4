/**
 * Builds the single files, `dist/portbunny-VERSION-TARGET`, for every machine or for those named:
 *
 *     deno task compile [x86_64] [aarch64]
 *
 * By `deno compile` where its base runtime can be had, else from a whole Deno (`single_file/`).
 */
// deno-lint-ignore-file no-console -- a tool speaks to the person who runs it
import { VERSION } from "version";
import { REPOSITORY_PATH } from "../test/support/repository.ts";
import { makeBundle } from "./single_file/bundle.ts";
import { sha256, writeChecksums } from "./single_file/checksum.ts";
import { buildByCompile } from "./single_file/compile_kind.ts";
import { buildByLauncher, runtimeFor } from "./single_file/launcher_kind.ts";
import { PINS } from "./single_file/pins.ts";
import { type Arch, isNative, type Target, TARGETS } from "./single_file/target.ts";

/** Where the files go. */
export const DIST = `${REPOSITORY_PATH}dist`;

/** A single file that has been built. */
export interface SingleFile {
  readonly target: Target;
  readonly kind: "compiled" | "launcher";
  /** In {@linkcode DIST}. */
  readonly name: string;
  /** False: some part of it is not the one that releases are built from. */
  readonly isPinned: boolean;
}

if (import.meta.main) Deno.exit(await main(Deno.args));

/** Builds, and says of each machine what came of it; returns the exit code. */
async function main(words: readonly string[]): Promise<number> {
  const unknown = words.find((word) => !Object.hasOwn(TARGETS, word));
  if (unknown !== undefined) {
    console.error(`Cannot build for "${unknown}": choose from ${Object.keys(TARGETS).join(", ")}`);
    return 1;
  }
  const targets = words.length > 0
    ? words.map((word) => TARGETS[word as Arch])
    : Object.values(TARGETS);
  const files = await buildSingleFiles(targets);
  await writeChecksums(DIST);
  // What was not asked for by name, and cannot be built here, is no failure.
  const isComplete = words.length > 0 ? files.length === targets.length : files.length > 0;
  return isComplete ? 0 : 1;
}

/** Builds for some machines; says in one line each what could not be done. */
export async function buildSingleFiles(targets: readonly Target[]): Promise<SingleFile[]> {
  await Deno.mkdir(DIST, { recursive: true });
  const folder = await Deno.makeTempDir();
  try {
    // Its name becomes part of what `deno compile` makes.
    const bundle = `${folder}/portbunny.js`;
    makeBundle(bundle);
    const files: SingleFile[] = [];
    for (const target of targets) {
      const file = await build(target, bundle);
      if (file !== undefined) files.push(file);
    }
    return files;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Builds for one machine, by the first way that works. */
async function build(target: Target, bundle: string): Promise<SingleFile | undefined> {
  const { arch, triple } = target;
  const name = `portbunny-${VERSION}-${triple}`;
  const paths = { bundle, output: `${DIST}/${name}` };
  const noBase = await buildByCompile(target, paths);
  if (noBase === undefined) return announce({ target, kind: "compiled", name, isPinned: true });
  console.error(`${arch}: no base runtime for deno compile: ${noBase}`);
  const noLauncher = buildByLauncher(target, paths);
  if (noLauncher !== undefined) {
    console.error(`${arch}: not built: ${noLauncher}`);
    return undefined;
  }
  const isPinned = await sha256(runtimeFor(target)!) === PINS[arch].runtime;
  if (!isPinned) console.error(`${arch}: its Deno is not the one that releases are built from`);
  return announce({ target, kind: "launcher", name, isPinned });
}

/** Says that a file is there. */
function announce(file: SingleFile): SingleFile {
  const { target, kind, name } = file;
  const megabytes = (Deno.statSync(`${DIST}/${name}`).size / 1e6).toFixed(1);
  const how = kind === "compiled" ? "deno compile" : "launcher with a whole Deno";
  const run = isNative(target) ? "" : ", built, never run";
  console.error(`${target.arch}: dist/${name} (${how}, ${megabytes} MB${run})`);
  return file;
}
