/**
 * The container: the bare root as an archive, and the file that makes an image of it and of the
 * single file, from nothing (`FROM scratch`).
 */
import { runSystem } from "../../test/lab/command.ts";
import { makeBareRoot, PROGRAM_IN_ROOT } from "../single_file/bare_root.ts";
import type { Target } from "../single_file/target.ts";
import { type ChangelogEntry, secondsOf } from "./changelog.ts";

/** What a container is made of. */
export interface ContainerOptions {
  readonly target: Target;
  readonly entry: ChangelogEntry;
  /** Name of the single file, which lies in the same folder. */
  readonly name: string;
  /** The program whose libraries are needed. */
  readonly linked: string;
}

/** Writes the archive and the container file into a folder. */
export async function buildContainer(
  output: string,
  { target, entry, name, linked }: ContainerOptions,
): Promise<void> {
  const archive = `portbunny-${entry.version}-root-${target.debian}.tar.xz`;
  const folder = await Deno.makeTempDir();
  try {
    await makeBareRoot(folder, linked);
    // Whoever runs it, and whatever the mask is here.
    runSystem(["chmod", "-R", "a+rX,go-w", folder]);
    runSystem(["tar", "--create", "--xz", "--sort=name", "--numeric-owner", "--owner=0"].concat(
      ["--group=0", `--mtime=@${secondsOf(entry)}`, "--file", `${output}/${archive}`],
      ["--directory", folder, "."],
    ));
    await Deno.writeTextFile(`${output}/Containerfile`, containerFile(archive, name));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The text of the container file. */
function containerFile(archive: string, name: string): string {
  return `# podman build --tag portbunny . && podman run --rm --network host --cap-drop all \\
#   --cap-add NET_RAW --read-only portbunny 192.0.2.10
FROM scratch
ADD ${archive} /
COPY ${name} ${PROGRAM_IN_ROOT}
ENTRYPOINT ["${PROGRAM_IN_ROOT}"]
`;
}
