/**
 * The Debian package: the single file, the man page, completions, and what the policy asks for.
 * Built by dpkg-deb from a folder that is filled here; the same input gives the same package.
 */
import { completionScript } from "cli/completion/command.ts";
import { runSystem } from "../../test/lab/command.ts";
import type { Target } from "../single_file/target.ts";
import { type ChangelogEntry, debianChangelog, MAINTAINER, secondsOf } from "./changelog.ts";
import { manPage } from "./man_page.ts";

/** What a package is made of. */
export interface PackageOptions {
  readonly target: Target;
  /** The single file. */
  readonly file: string;
  /** Text of `LICENSE`. */
  readonly license: string;
  /** All versions, this one first. */
  readonly changelog: readonly ChangelogEntry[];
}

/** Where in the package things lie. */
const DOCUMENTS = "usr/share/doc/portbunny";

/** Why lintian is not to complain about what is meant to be as it is. */
const OVERRIDES = [
  "# The launcher is static, so that it starts whatever C library the machine has.",
  "portbunny: shared-library-lacks-prerequisites [usr/bin/portbunny]",
  "# It carries a whole JavaScript runtime, as its publisher has built it.",
  "portbunny: embedded-library * [usr/bin/portbunny]",
];

/** What else is in the program, for the copyright file. */
const PARTS = [
  ["Deno", "2018-2026 the Deno authors", "MIT"],
  ["V8", "2006-2026 the V8 project authors", "BSD-3-clause"],
  ["GNU C Library (launcher only)", "1991-2026 Free Software Foundation, Inc.", "LGPL-2.1+"],
  ["Deno's standard library", "2018-2026 the Deno authors", "MIT"],
] as const;

/** Builds a package in a folder; returns its name. */
export async function buildDebianPackage(
  output: string,
  options: PackageOptions,
): Promise<string> {
  const { target, changelog } = options;
  const name = `portbunny_${changelog[0]!.version}-1_${target.debian}.deb`;
  const root = await Deno.makeTempDir();
  try {
    await fill(root, options);
    // One time for all files, so that the package does not depend on when it was built.
    const epoch = secondsOf(changelog[0]!);
    runSystem(["find", root, "-exec", "touch", "--date", `@${epoch}`, "{}", "+"]);
    runSystem(["env", `SOURCE_DATE_EPOCH=${epoch}`, "dpkg-deb", "--root-owner-group", "-Zxz"]
      .concat("--build", root, `${output}/${name}`));
    return name;
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** Puts everything into its place. */
async function fill(root: string, options: PackageOptions): Promise<void> {
  const { file, changelog } = options;
  const texts: Record<string, string> = {
    "usr/share/man/man1/portbunny.1": manPage(changelog[0]!),
    "usr/share/bash-completion/completions/portbunny": completionScript("bash"),
    "usr/share/zsh/vendor-completions/_portbunny": completionScript("zsh"),
    "usr/share/fish/vendor_completions.d/portbunny.fish": completionScript("fish"),
    "usr/share/lintian/overrides/portbunny": `${OVERRIDES.join("\n")}\n`,
    [`${DOCUMENTS}/copyright`]: copyright(options.license),
    [`${DOCUMENTS}/changelog.Debian`]: debianChangelog(changelog),
  };
  for (const [path, text] of Object.entries(texts)) await write(`${root}/${path}`, text);
  for (const path of ["usr/share/man/man1/portbunny.1", `${DOCUMENTS}/changelog.Debian`]) {
    runSystem(["gzip", "-9", "-n", `${root}/${path}`]);
  }
  await Deno.mkdir(`${root}/usr/bin`);
  await Deno.copyFile(file, `${root}/usr/bin/portbunny`);
  await Deno.chmod(`${root}/usr/bin/portbunny`, 0o755);
  const sums = runSystem(["sh", "-c", 'cd "$0" && find usr -type f | sort | xargs md5sum', root]);
  const kilobytes = Number(runSystem(["du", "-sk", "--apparent-size", root]).split("\t")[0]);
  await write(`${root}/DEBIAN/md5sums`, sums);
  await write(`${root}/DEBIAN/control`, control(options, kilobytes));
  // Nothing depends on the mask of whoever builds it.
  runSystem(["find", root, "-type", "d", "-exec", "chmod", "755", "{}", "+"]);
}

async function write(path: string, text: string): Promise<void> {
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(path, text);
  await Deno.chmod(path, 0o644);
}

/** The file `control` (deb-control(5)). */
function control({ target, changelog }: PackageOptions, kilobytes: number): string {
  return [
    "Package: portbunny",
    `Version: ${changelog[0]!.version}-1`,
    `Architecture: ${target.debian}`,
    `Maintainer: ${MAINTAINER}`,
    `Installed-Size: ${kilobytes}`,
    "Depends: libc6 (>= 2.27), libgcc-s1",
    "Recommends: libpcap0.8 | libpcap0.8t64",
    "Suggests: libcap2-bin",
    "Section: net",
    "Priority: optional",
    "Description: TCP SYN port scanner that treats scanning as congestion control",
    " PortBunny finds out which TCP ports of a machine are open, closed or filtered,",
    " accurately, and as fast as the network in between can carry the question. It",
    " mixes packets that the target is known to answer into the stream of probes and",
    " takes the speed from what comes back, as TCP does.",
    "",
  ].join("\n");
}

/** The copyright file, in Debian's machine-readable form. */
function copyright(license: string): string {
  const [, years] = /^Copyright \(c\) (.+)$/m.exec(license) ?? [];
  const terms = license.slice(license.indexOf("Permission is hereby")).trimEnd();
  const parts = PARTS.map(([what, holders, name]) => ` ${what}, copyright ${holders}: ${name}.`);
  return [
    "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/",
    "Upstream-Name: PortBunny",
    "",
    "Files: *",
    `Copyright: ${years}`,
    "License: Expat",
    "Comment: The program carries a JavaScript runtime and its parts:",
    ...parts,
    "",
    "License: Expat",
    ...terms.split("\n").map((line) => line === "" ? " ." : ` ${line}`),
    "",
  ].join("\n");
}
