/**
 * Runs a single file with another folder as its root: read-only, with an empty environment. What is
 * in the folder is left to `tools/single_file/bare_root.ts` and to debootstrap.
 */
import { PROGRAM_IN_ROOT } from "../../tools/single_file/bare_root.ts";

/**
 * In a mount namespace of its own, so that nothing has to be unmounted. `/proc` comes from outside:
 * in a user namespace a new one cannot be mounted.
 */
const ENTER = [
  'mount --bind "$0" "$0"',
  'mount --rbind /proc "$0/proc"',
  'mount -o remount,bind,ro "$0"',
  `exec env -i "$(command -v chroot)" "$0" ${PROGRAM_IN_ROOT} "$@"`,
].join(" && ");

/** The words that start the single file of a root folder in it. */
export function inRootFolder(folder: string, args: readonly string[]): string[] {
  return ["unshare", "--mount", "sh", "-c", ENTER, folder, ...args];
}
