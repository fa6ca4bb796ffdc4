/** What is packed for Debian and for containers, with a small program as the single file. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { runSystem } from "../../test/lab/command.ts";
import { readText } from "../../test/support/repository.ts";
import { sha256 } from "../single_file/checksum.ts";
import { TARGETS } from "../single_file/target.ts";
import { buildContainer } from "./container.ts";
import { buildDebianPackage } from "./debian_package.ts";

/** A version with a past. */
const CHANGELOG = [
  { version: "1.2.3", date: "2026-02-03", changes: ["More."] },
  { version: "1.2.2", date: "2026-01-02", changes: ["First."] },
];

const TARGET = TARGETS.x86_64;

/** Runs a test in a folder with a program in it. */
async function inFolder(body: (folder: string, file: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.copyFile("/bin/true", `${folder}/program`);
    await body(folder, `${folder}/program`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("buildDebianPackage() puts everything into its place", () =>
  inFolder(async (folder, file) => {
    const options = { target: TARGET, file, license: readText("LICENSE"), changelog: CHANGELOG };
    const name = await buildDebianPackage(folder, options);
    assertEquals(name, "portbunny_1.2.3-1_amd64.deb");
    const list = runSystem(["dpkg-deb", "--contents", `${folder}/${name}`]);
    const files = list.split("\n").filter((line) => line.startsWith("-"));
    assertEquals(files.map((line) => line.replace(/ root\/root .* \.\//, " ")), [
      "-rwxr-xr-x usr/bin/portbunny",
      "-rw-r--r-- usr/share/bash-completion/completions/portbunny",
      "-rw-r--r-- usr/share/doc/portbunny/changelog.Debian.gz",
      "-rw-r--r-- usr/share/doc/portbunny/copyright",
      "-rw-r--r-- usr/share/fish/vendor_completions.d/portbunny.fish",
      "-rw-r--r-- usr/share/lintian/overrides/portbunny",
      "-rw-r--r-- usr/share/man/man1/portbunny.1.gz",
      "-rw-r--r-- usr/share/zsh/vendor-completions/_portbunny",
    ]);
    const field = (key: string) =>
      runSystem(["dpkg-deb", "--field", `${folder}/${name}`, key]).trim();
    assertEquals([field("Version"), field("Architecture")], ["1.2.3-1", "amd64"]);
    assertEquals(field("Depends"), "libc6 (>= 2.27), libgcc-s1");
    const before = await sha256(`${folder}/${name}`);
    await buildDebianPackage(folder, options);
    assertEquals(await sha256(`${folder}/${name}`), before, "the same input, the same package");
  }));

Deno.test("buildContainer() packs the libraries, and an image from nothing", () =>
  inFolder(async (folder, file) => {
    const options = { target: TARGET, entry: CHANGELOG[0]!, name: "program", linked: file };
    await buildContainer(folder, options);
    const list = runSystem(["tar", "-tf", `${folder}/portbunny-1.2.3-root-amd64.tar.xz`]);
    assertStringIncludes(list, "/libc.so.6\n");
    assertStringIncludes(list, "./proc/\n");
    const text = await Deno.readTextFile(`${folder}/Containerfile`);
    assertStringIncludes(text, "FROM scratch\nADD portbunny-1.2.3-root-amd64.tar.xz /\n");
    assertStringIncludes(text, "COPY program /portbunny\n");
  }));
