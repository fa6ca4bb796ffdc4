/**
 * Machines that the single file is built for, and what each of them takes. How it is built is left
 * to `compile_kind.ts` and `launcher_kind.ts`.
 */

/** Name of an architecture, as Deno and `uname -m` have it. */
export type Arch = "x86_64" | "aarch64";

/** A machine that runs the single file. */
export interface Target {
  readonly arch: Arch;
  /** Deno's name for it; the end of the file's name. */
  readonly triple: string;
  /** Debian's name for it. */
  readonly debian: string;
  /** `e_machine` in the header of its programs (elf.h). */
  readonly machine: number;
}

/** Every machine that is built for. */
export const TARGETS: Record<Arch, Target> = {
  "x86_64": {
    arch: "x86_64",
    triple: "x86_64-unknown-linux-gnu",
    debian: "amd64",
    machine: 62,
  },
  "aarch64": {
    arch: "aarch64",
    triple: "aarch64-unknown-linux-gnu",
    debian: "arm64",
    machine: 183,
  },
};

/** Where an ELF header says which machine the program is for, and how it begins. */
const MACHINE_OFFSET = 18;
const ELF_MAGIC = "\x7fELF";

/** True for this machine. */
export function isNative({ arch }: Target): boolean {
  return arch === Deno.build.arch;
}

/**
 * Checks that a file is a program for a machine.
 *
 * @returns What is wrong with it, or `undefined`.
 */
export function checkProgram(path: string, { arch, machine }: Target): string | undefined {
  const header = new Uint8Array(MACHINE_OFFSET + 2);
  try {
    using file = Deno.openSync(path);
    file.readSync(header);
  } catch (error) {
    return `${path} cannot be read (${error instanceof Error ? error.message : error})`;
  }
  const view = new DataView(header.buffer);
  const isElf = String.fromCharCode(...header.subarray(0, 4)) === ELF_MAGIC;
  if (isElf && view.getUint16(MACHINE_OFFSET, true) === machine) return undefined;
  return `${path} is no program for ${arch}`;
}
