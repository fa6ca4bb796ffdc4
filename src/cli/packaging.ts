/**
 * How the running program is packed: from source, or as which kind of single file. `--version` says
 * so, and a file name is taken differently where a task has changed the directory.
 */

/** Kinds of packing, as `--version` names them. */
export const PACKAGING_NAMES = {
  source: "from source",
  compiled: "single file, deno compile",
  launcher: "single file, launcher",
} as const;

/** A kind of packing. */
export type Packaging = keyof typeof PACKAGING_NAMES;

/** What is known about the process. */
export interface ProcessFacts {
  /** True if `deno compile` made it. */
  readonly isStandalone: boolean;
  /** Path of the running program; what the launcher starts lies in a memory file. */
  readonly execPath: string;
}

/** Begins the path of the runtime that `tools/single_file/launcher.c` starts. */
const MEMORY_FILE = "/memfd:portbunny";

/** Tells the kinds apart. */
export function packagingOf({ isStandalone, execPath }: ProcessFacts): Packaging {
  if (isStandalone) return "compiled";
  return execPath.startsWith(MEMORY_FILE) ? "launcher" : "source";
}
