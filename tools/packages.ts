/**
 * System packages: what each is for, how to tell that it is there, what it is called. Judged by
 * what is needed (a program, a library), not by the package's name, so that machines without apt
 * can have it their own way. Installing is left to `setup.ts`.
 */
import { environment } from "../test/lab/command.ts";

/** What a package is needed for. */
export type Purpose = "scan" | "lab" | "test" | "measure" | "bench" | "peers" | "build" | "release";

/** A thing that this project needs of the system. */
export interface Requirement {
  /** Names of the package, that of older systems first. */
  packages: readonly string[];
  /** One line for people. */
  why: string;
  /** Any one of these libraries will do. */
  libraries?: readonly string[];
  /** All of these programs are needed. */
  programs?: readonly string[];
  /** All of these files are needed. */
  files?: readonly string[];
}

/** Not the shell's own `time`, which knows no memory. */
const TIME: Requirement = {
  packages: ["time"],
  why: "measures processor time and memory",
  programs: ["/usr/bin/time"],
};

/**
 * What is needed to scan, to build the lab (demo and tests), to have results read by others
 * (tests), to compare with others, to build single files, and to make and try out a release.
 */
export const REQUIREMENTS: Record<Purpose, readonly Requirement[]> = {
  scan: [{
    // Debian 13 and Ubuntu 24.04 renamed it for the 64-bit time_t.
    packages: ["libpcap0.8", "libpcap0.8t64"],
    why: "captures the answers",
    libraries: ["libpcap.so.0.8", "libpcap.so.1"],
  }],
  lab: [
    { packages: ["iproute2"], why: "makes the network namespaces", programs: ["ip", "ss"] },
    { packages: ["nftables"], why: "is the firewall of the host in there", programs: ["nft"] },
    {
      packages: ["util-linux"],
      why: "takes rights away in tests",
      programs: ["unshare", "setpriv"],
    },
  ],
  test: [
    { packages: ["nmap"], why: "is whose formats we write", programs: ["nmap"] },
    { packages: ["ndiff"], why: "reads our XML", programs: ["ndiff"] },
    { packages: ["libxml2-utils"], why: "reads our XML", programs: ["xmllint"] },
    {
      packages: ["python3-libnmap"],
      why: "reads our XML",
      programs: ["python3"],
      files: ["/usr/lib/python3/dist-packages/libnmap/parser.py"],
    },
    { packages: ["zsh"], why: "reads our completions", programs: ["zsh"] },
    { packages: ["fish"], why: "reads our completions", programs: ["fish"] },
    { packages: ["mandoc"], why: "reads our man page", programs: ["mandoc"] },
    TIME,
  ],
  measure: [TIME],
  bench: [
    { packages: ["nmap"], why: "is what we compare with", programs: ["nmap"] },
  ],
  peers: [
    { packages: ["masscan"], why: "is what we compare with, too", programs: ["masscan"] },
    { packages: ["zmap"], why: "is what we compare with, too", programs: ["zmap"] },
  ],
  build: [
    { packages: ["gcc"], why: "compiles the single file's launcher", programs: ["cc"] },
    {
      packages: ["libc6-dev"],
      why: "has the C library for it",
      files: ["/usr/include/stdio.h"],
    },
    { packages: ["libcap2-bin"], why: "gives files rights in tests", programs: ["setcap"] },
  ],
  release: [
    { packages: ["xz-utils"], why: "compresses", programs: ["xz"] },
    { packages: ["dpkg"], why: "builds the Debian package", programs: ["dpkg-deb"] },
    { packages: ["lintian"], why: "checks the Debian package", programs: ["lintian"] },
    { packages: ["debootstrap"], why: "makes a Debian to scan from", programs: ["debootstrap"] },
  ],
};

/** What is missing on this machine for some purposes. */
export function findMissing(purposes: readonly Purpose[]): Requirement[] {
  return purposes.flatMap((purpose) => REQUIREMENTS[purpose]).filter((it) => !isThere(it));
}

/** True if a requirement is met. */
function isThere({ libraries, programs, files }: Requirement): boolean {
  return (libraries?.some(hasLibrary) ?? true) && (programs?.every(hasProgram) ?? true) &&
    (files?.every(hasFile) ?? true);
}

/** True if there is a file of this name. */
function hasFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** True if the dynamic linker finds a library. */
function hasLibrary(name: string): boolean {
  try {
    Deno.dlopen(name, {}).close();
    return true;
  } catch {
    return false;
  }
}

/** True if a program is on the path or where the system keeps its own. */
export function hasProgram(name: string): boolean {
  const { success } = new Deno.Command("sh", {
    args: ["-c", `command -v ${name}`],
    env: environment(),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).outputSync();
  return success;
}
