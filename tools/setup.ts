/**
 * Set-up of the machine, as often as you like: looks what is missing, says what it installs and
 * why, and installs it by one `apt-get install`. Where it may not install it says what to type.
 *
 *     deno run -A tools/setup.ts [scan] [lab] [test] [bench] [build] [release]
 *
 * What is needed for what is said in `packages.ts`.
 */
// deno-lint-ignore-file no-console -- a tool speaks to the person who runs it
import { environment } from "../test/lab/command.ts";
import { findMissing, hasProgram, type Purpose, type Requirement } from "./packages.ts";

/** No questions, no suggestions, and patience with another apt at work. */
const APT_OPTIONS = ["-y", "-q", "-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=3"];

if (import.meta.main) {
  const purposes = Deno.args.length > 0 ? Deno.args : ["scan", "lab"];
  Deno.exit(setUp(purposes as Purpose[]) ? 0 : 1);
}

/**
 * Installs what is missing for some purposes.
 *
 * @returns True if nothing is missing in the end; if not, what to do has been said.
 */
export function setUp(purposes: readonly Purpose[]): boolean {
  const missing = findMissing(purposes);
  if (missing.length === 0) return true;
  console.error("PortBunny needs of this system:");
  for (const { packages, why } of missing) console.error(`  ${packages[0]}: ${why}`);
  if (!hasProgram("apt-get")) return giveUp(missing, "There is no apt-get here.");
  const sudo = findSudo();
  if (sudo === undefined) return giveUp(missing, "This account may not install packages.");
  console.error("Installing it by apt-get …");
  // A package index that cannot be renewed may still be good enough.
  if (!apt(sudo, ["update"])) console.error("apt-get update failed; going on with what is there.");
  const names = missing.map(nameHere);
  if (!apt(sudo, ["install", "--no-install-recommends", ...names])) {
    return giveUp(missing, "apt-get install failed.");
  }
  const left = findMissing(purposes);
  return left.length === 0 || giveUp(left, "It has been installed, but still is not found.");
}

/** What goes before a command to run it as root; undefined if nothing helps without a password. */
function findSudo(): string[] | undefined {
  if (Deno.uid() === 0) return [];
  if (!hasProgram("sudo")) return undefined;
  const { success } = new Deno.Command("sudo", {
    args: ["-n", "true"],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).outputSync();
  return success ? ["sudo", "-n"] : undefined;
}

/** The name that a package has on this system. */
function nameHere({ packages }: Requirement): string {
  return packages.find(isOffered) ?? packages[0]!;
}

/** True if apt has a version of a package to offer. */
function isOffered(name: string): boolean {
  const { stdout } = new Deno.Command("apt-cache", { args: ["policy", name], env: environment() })
    .outputSync();
  return /Candidate: (?!\(none\))/.test(new TextDecoder().decode(stdout));
}

/** Runs apt-get; what it says goes to standard error, which is not for results. */
function apt(sudo: readonly string[], words: readonly string[]): boolean {
  const [program, ...args] = [...sudo, "apt-get", ...APT_OPTIONS, ...words];
  const { success, stdout, stderr } = new Deno.Command(program!, {
    args,
    env: environment({ DEBIAN_FRONTEND: "noninteractive" }),
    stdin: "null",
  }).outputSync();
  if (!success) console.error(new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr));
  return success;
}

/** Says what to type. */
function giveUp(missing: readonly Requirement[], reason: string): false {
  const names = missing.map(({ packages }) => packages[0]).join(" ");
  console.error(`${reason} Please type (or the like on other systems):`);
  console.error(`  sudo apt-get update && sudo apt-get install ${names}`);
  return false;
}
