/**
 * Makes a release in `dist/`: single files, man page, completions, Debian packages, container,
 * checksums. The version is that of `deno.json`, and `CHANGELOG.md` has to begin with it. What has
 * been made is then tried out: size, lintian, the file's own version, and a scan of the lab from a
 * bare root and from a minimal Debian.
 *
 *     deno task release
 */
// deno-lint-ignore-file no-console -- a tool speaks to the person who runs it
import { VERSION } from "version";
import { completionScript } from "cli/completion/command.ts";
import { runAlong, runSystem } from "../test/lab/command.ts";
import { readText, REPOSITORY_PATH } from "../test/support/repository.ts";
import { buildSingleFiles, DIST, type SingleFile } from "./compile.ts";
import { type ChangelogEntry, parseChangelog } from "./release/changelog.ts";
import { buildContainer } from "./release/container.ts";
import { buildDebianPackage } from "./release/debian_package.ts";
import { manPage } from "./release/man_page.ts";
import { tryOutDebian } from "./release/debian_root.ts";
import { writeChecksums } from "./single_file/checksum.ts";
import { isNative, TARGETS } from "./single_file/target.ts";

/** Largest single file, and largest as it is sent over a network: bytes. */
const SIZE_LIMIT = 110e6;
const COMPRESSED_LIMIT = 45e6;

if (import.meta.main) Deno.exit(await main());

/** Makes a release; returns the exit code. */
async function main(): Promise<number> {
  const changelog = parseChangelog(readText("CHANGELOG.md"));
  if (changelog[0]!.version !== VERSION) {
    console.error(`CHANGELOG.md has no entry for ${VERSION} at its top`);
    return 1;
  }
  await Deno.remove(DIST, { recursive: true }).catch(ignore);
  const files = await buildSingleFiles(Object.values(TARGETS));
  const own = files.find(({ target }) => isNative(target));
  const strange = files.find(({ isPinned }) => !isPinned);
  if (own === undefined || strange !== undefined) {
    console.error(
      `No release: ${strange?.name ?? "the file for this machine"} is not as it has to be`,
    );
    return 1;
  }
  await Deno.writeTextFile(`${DIST}/portbunny.1`, manPage(changelog[0]!));
  await writeCompletions();
  for (const file of files) await pack(file, changelog);
  await writeChecksums(DIST);
  await tryOut(own, changelog[0]!);
  console.error(runSystem(["ls", "-l", DIST]).trim());
  return 0;
}

/** Under the names by which shells look for them. */
async function writeCompletions(): Promise<void> {
  await Deno.writeTextFile(`${DIST}/portbunny.bash`, completionScript("bash"));
  await Deno.writeTextFile(`${DIST}/_portbunny`, completionScript("zsh"));
  await Deno.writeTextFile(`${DIST}/portbunny.fish`, completionScript("fish"));
}

/** Packs one file in every way: compressed, for Debian, and for this machine as a container. */
async function pack({ target, name }: SingleFile, changelog: ChangelogEntry[]): Promise<void> {
  console.error(`${target.arch}: packing …`);
  const file = `${DIST}/${name}`;
  const license = readText("LICENSE");
  await buildDebianPackage(DIST, { target, file, license, changelog });
  runSystem(["xz", "--keep", file]);
  if (!isNative(target)) return;
  await buildContainer(DIST, { target, entry: changelog[0]!, name, linked: Deno.execPath() });
}

/**
 * Tries the release out.
 *
 * @throws {Error} If it is not fit for use.
 */
async function tryOut({ name, target }: SingleFile, entry: ChangelogEntry): Promise<void> {
  const file = `${DIST}/${name}`;
  assertSize(file, SIZE_LIMIT);
  assertSize(`${file}.xz`, COMPRESSED_LIMIT);
  const said = runSystem([file, "--version"]);
  if (!said.startsWith(`PortBunny ${entry.version} (`)) throw new Error(`It says: ${said}`);
  const deb = `${DIST}/portbunny_${entry.version}-1_${target.debian}.deb`;
  const complaints = await runAlong(["lintian", "--fail-on", "error", "--allow-root", deb]);
  if (complaints !== 0) throw new Error("lintian finds errors in the Debian package");
  await tryOutDebian(REPOSITORY_PATH);
}

function assertSize(path: string, limit: number): void {
  const { size } = Deno.statSync(path);
  if (size > limit) throw new Error(`${path} has ${size} bytes, more than ${limit}`);
}

/** For a folder that is not there yet. */
function ignore(): void {}
