/**
 * The kind that is built without a base runtime: a small launcher in C, linked to a whole Deno and
 * the bundle. What the launcher does is said in `launcher.c`. The same compiler makes the same file
 * of the same sources, wherever they are.
 */
import { runSystem } from "../../test/lab/command.ts";
import { REPOSITORY_PATH } from "../../test/support/repository.ts";
import { hasProgram } from "../packages.ts";
import type { BuildPaths } from "./compile_kind.ts";
import { checkProgram, isNative, type Target } from "./target.ts";

/** Sources, relative to the repository. */
const SOURCES = ["tools/single_file/launcher.c", "tools/single_file/payload.S"];

/**
 * Static, so that the launcher starts whatever C library the machine has; without symbols, whose
 * names would tell of temporary files; else what Debian builds its own programs with.
 */
const COMPILER_FLAGS = [
  "-std=c11",
  "-O2",
  "-Wall",
  "-Wextra",
  "-fstack-protector-strong",
  "-D_FORTIFY_SOURCE=2",
  "-fPIE",
  "-static-pie",
  "-Wl,-z,relro,-z,now",
  "-Wl,--build-id=sha1",
  "-s",
];

/**
 * Builds a single file from a whole Deno.
 *
 * @returns Why there is none, or `undefined`.
 * @throws {Error} If the compiler fails.
 */
export function buildByLauncher(
  target: Target,
  { bundle, output }: BuildPaths,
): string | undefined {
  const runtime = runtimeFor(target);
  if (runtime === undefined) {
    return `no Deno for it is here: name one in ${runtimeVariable(target)} (it is in npm's ` +
      "package @deno/linux-arm64-glibc)";
  }
  const problem = checkProgram(runtime, target);
  if (problem !== undefined) return problem;
  const compiler = compilerFor(target);
  if (!hasProgram(compiler)) return `there is no C compiler for it (${compiler})`;
  runSystem([
    compiler,
    ...COMPILER_FLAGS,
    `-DRUNTIME="${runtime}"`,
    `-DBUNDLE="${bundle}"`,
    "-o",
    output,
    ...SOURCES.map((path) => `${REPOSITORY_PATH}${path}`),
  ]);
  return undefined;
}

/** The Deno that goes into the file: the one at work, or for other machines one that is named. */
export function runtimeFor(target: Target): string | undefined {
  return Deno.env.get(runtimeVariable(target)) ?? (isNative(target) ? Deno.execPath() : undefined);
}

/** The variable that names it. */
function runtimeVariable({ arch }: Target): string {
  return `PORTBUNNY_RUNTIME_${arch.toUpperCase()}`;
}

/** The compiler's name: the system's own, or Debian's cross compiler. */
function compilerFor(target: Target): string {
  return isNative(target) ? "cc" : `${target.arch}-linux-gnu-gcc`;
}
