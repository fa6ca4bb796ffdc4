/**
 * The smallest Debian there is, made by debootstrap of this machine's own release, and the lab's
 * tests of the single file with it.
 */
// deno-lint-ignore-file no-console -- a tool speaks to the person who runs it
import { environment, runAlong } from "../../test/lab/command.ts";

/** The lab's tests of the single file. */
const TESTS = "test/lab/single_file_lab_test.ts";

/**
 * Scans the lab from a minimal Debian.
 *
 * @throws {Error} If debootstrap or a test fails.
 */
export async function tryOutDebian(repository: string): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.chmod(folder, 0o755);
    console.error("Making a minimal Debian …");
    const words = ["debootstrap", "--variant=minbase", releaseName(), folder];
    if (await runAlong(words) !== 0) throw new Error("debootstrap fails");
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", "--no-check", TESTS],
      cwd: repository,
      env: environment({ PORTBUNNY_DEBIAN_ROOT: folder, PORTBUNNY_REQUIRE_LAB: "1" }),
      stdin: "null",
    }).spawn().status;
    if (!success) throw new Error("The lab's tests of the single file fail");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The release that this machine runs, whose packages it can get. */
function releaseName(): string {
  const text = Deno.readTextFileSync("/etc/os-release");
  const name = /^VERSION_CODENAME=(\w+)$/m.exec(text)?.[1];
  if (name === undefined) throw new Error("This machine does not tell its Debian release");
  return name;
}
