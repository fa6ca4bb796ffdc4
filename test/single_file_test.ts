/**
 * The single file with the launcher, whatever is around it: it is found, it keeps to its own
 * environment, it writes nothing, it says what is missing, and it is the same for everybody.
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { makeBundle } from "../tools/single_file/bundle.ts";
import { sha256 } from "../tools/single_file/checksum.ts";
import { buildByLauncher } from "../tools/single_file/launcher_kind.ts";
import { TARGETS } from "../tools/single_file/target.ts";
import { type CommandResult, runCommand, runSystem } from "./lab/command.ts";
import { launcherFile } from "./support/program_kinds.ts";
import { REPOSITORY_PATH } from "./support/repository.ts";

const file = await launcherFile();

/** What it says when all is well. */
const VERSION_LINE = /^PortBunny \S+ \(single file, launcher, Deno \S+, \w+\)\n$/;

/** Runs a shell script with the file as `$FILE` and an empty folder as `$FOLDER`. */
async function shell(script: string): Promise<CommandResult & { left: string[] }> {
  const folder = await Deno.makeTempDir();
  try {
    const env = { FILE: file, FOLDER: folder };
    const result = await runCommand(["sh", "-c", script], { env });
    return { ...result, left: await Array.fromAsync(Deno.readDir(folder), ({ name }) => name) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Asserts that a script ends with the version and nothing else. */
async function assertStarts(script: string): Promise<void> {
  const { code, stdout, stderr } = await shell(script);
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, VERSION_LINE);
}

Deno.test("the single file starts through a symbolic link, from another directory", async () => {
  await assertStarts('ln -s "$FILE" "$FOLDER/pb" && cd / && "$FOLDER/pb" --version');
});

Deno.test("the single file starts from the path", async () => {
  await assertStarts('ln -s "$FILE" "$FOLDER/pb" && PATH="$FOLDER:$PATH" && pb --version');
});

Deno.test("the single file starts in a directory that is gone", async () => {
  await assertStarts('mkdir "$FOLDER/x" && cd "$FOLDER/x" && rmdir "$FOLDER/x" && $FILE --version');
});

Deno.test("the single file makes no file in a directory that is gone", async () => {
  const { code, stderr } = await shell(
    'mkdir "$FOLDER/x" && cd "$FOLDER/x" && rmdir "$FOLDER/x" && $FILE -oJ x.jsonl 127.0.0.1',
  );
  assertEquals(code, 1);
  assertStringIncludes(stderr, 'Cannot write "x.jsonl": No such file or directory');
});

Deno.test("the single file starts without a standard input", async () => {
  await assertStarts("$FILE --version <&-");
});

Deno.test("the single file hears nothing of variables that steer its runtime", async () => {
  await assertStarts(
    "DENO_V8_FLAGS=--help DENO_DIR=$FOLDER/dir NODE_OPTIONS=--bogus LD_PRELOAD=/nowhere.so " +
      "$FILE --version",
  );
});

Deno.test("the single file hears of the part of an array job that it is", async () => {
  const script = (variables: string, shard: string) =>
    shell(`${variables} $FILE -q --allow-reserved --shard ${shard} -sL --seed 1 192.0.2.0/28`);
  const numbered = await script("JOB_COMPLETION_INDEX=1", "2");
  const named = await script("", "2/2");
  assertEquals([numbered.code, numbered.stdout], [0, named.stdout]);
  assertEquals(numbered.stdout.trimEnd().split("\n").length, 8);
});

Deno.test("the single file writes nothing to its home or among temporary files", async () => {
  const { code, left } = await shell("HOME=$FOLDER TMPDIR=$FOLDER $FILE -sn 127.0.0.1");
  assertEquals([code, left], [0, []]);
});

Deno.test("the single file says that /proc is missing", async () => {
  const { code, stderr } = await shell(
    'cp "$FILE" "$FOLDER/pb" && chroot "$FOLDER" /pb; code=$?; rm "$FOLDER/pb"; exit $code',
  );
  assertEquals(code, 1);
  assertStringIncludes(stderr, "portbunny: Cannot start: /proc is missing");
});

Deno.test("the single file says that the system forbids programs in memory", async () => {
  const { code, stdout, stderr } = await shell(
    "unshare --pid --fork --mount-proc sh -c '" +
      "[ -w /proc/sys/vm/memfd_noexec ] || { echo none; exit; }; " +
      "echo 2 >/proc/sys/vm/memfd_noexec; $FILE --version'",
  );
  // Before Linux 6.3 there is no such setting.
  if (stdout === "none\n") return;
  assertEquals(code, 1);
  assertStringIncludes(
    stderr,
    "portbunny: Cannot start: vm.memfd_noexec=2 on this machine forbids",
  );
});

Deno.test("the single file refuses the set-user-ID bit", async () => {
  const { stdout, stderr } = await shell(
    'setpriv --reuid 65534 true || { echo none; exit; }; cp "$FILE" "$FOLDER/pb" && ' +
      'chmod 4755 "$FOLDER/pb" && chmod 755 "$FOLDER" && ' +
      'setpriv --reuid 65534 --regid 65534 --clear-groups "$FOLDER/pb" --version; rm "$FOLDER/pb"',
  );
  // In a user namespace with one user there is nobody else to be.
  if (stdout === "none\n") return;
  assertStringIncludes(stderr, "portbunny: Cannot start: the file has its set-user-ID bit set");
});

Deno.test("the same sources make the same single file, wherever they are", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const name of ["deno.json", "deno.lock", "main.ts", "src", "ffi", "std"]) {
      runSystem(["cp", "-r", `${REPOSITORY_PATH}${name}`, folder]);
    }
    const paths = { bundle: `${folder}/bundle.js`, output: `${folder}/other-name` };
    makeBundle(paths.bundle, `${folder}/`);
    assertEquals(buildByLauncher(TARGETS[Deno.build.arch], paths), undefined);
    assertEquals(await sha256(paths.output), await sha256(file));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
