/**
 * Can a lab be built on this machine? If not: why, and what helps. Also the way into a user
 * namespace, in which an ordinary user may build one. Installing things is left to
 * `tools/setup.ts`.
 */
import { environment } from "./command.ts";

/** Why something cannot be done, and what helps. */
export interface Obstacle {
  reason: string;
  remedy: string;
}

/** What a program needs to find in order to make namespaces, cables and rules. */
const TRIAL = [
  "ip netns add $0",
  "trap 'ip netns delete $0' EXIT",
  "ip -n $0 link add name veth0 type veth peer name veth1",
  "ip netns exec $0 nft add table ip lab",
].join(" && ");

/**
 * What goes before a command so that an ordinary user runs it as root of a namespace of his own.
 * iproute2 keeps names below /run, which has to be writable there; tests use the loopback, too.
 */
const USER_NAMESPACE = [
  "unshare",
  "--user",
  "--map-root-user",
  "--net",
  "--mount",
  "sh",
  "-c",
  'mount -t tmpfs none /run && ip link set lo up && exec "$@"',
  "sh",
];

/** Where tun devices come from. */
const TUN = "/dev/net/tun";

let checked: { obstacle: Obstacle | undefined } | undefined;

/** Why no lab can be built by this process; undefined if one can. Tried once. */
export function findObstacle(): Obstacle | undefined {
  checked ??= { obstacle: tryOut() };
  return checked.obstacle;
}

/**
 * The words to put before a command so that it can build a lab: none as root, the way into a user
 * namespace for others; undefined if neither works.
 */
export function wayIntoLab(): string[] | undefined {
  if (findObstacle() === undefined) return [];
  return wayOfOrdinaryUsers();
}

/** The way into a user namespace, from any account; undefined where the system has none. */
export function wayOfOrdinaryUsers(): string[] | undefined {
  return trial(USER_NAMESPACE).success ? [...USER_NAMESPACE] : undefined;
}

/** Why no tun device can be made by this process; undefined if one can, as far as a look tells. */
export function findTunObstacle(): Obstacle | undefined {
  try {
    Deno.openSync(TUN, { read: true, write: true }).close();
    return undefined;
  } catch {
    return { reason: `${TUN} cannot be opened`, remedy: "run as root, with the module tun" };
  }
}

/** Builds a minimal lab and takes it away again. */
function tryOut(): Obstacle | undefined {
  if (Deno.build.os !== "linux") {
    return { reason: "the lab is made of Linux namespaces", remedy: "run it on Linux" };
  }
  for (const [program, name] of [["ip", "iproute2"], ["nft", "nftables"]] as const) {
    if (!hasProgram(program)) {
      return { reason: `${program} is missing`, remedy: `apt-get install ${name}` };
    }
  }
  const { success, complaint } = trial([]);
  if (success) return undefined;
  return { reason: `no namespaces (${complaint})`, remedy: "run as root (sudo -E)" };
}

/** Makes a namespace, a cable and a table, and removes them. */
function trial(prefix: string[]): { success: boolean; complaint: string } {
  // The same form of name as the lab's own, so that leftovers of a killed run are found.
  const words = [...prefix, "sh", "-c", TRIAL, `pblab${Deno.pid}-trial`];
  try {
    const { success, stderr } = new Deno.Command(words[0]!, {
      args: words.slice(1),
      env: environment(),
      stdin: "null",
      stdout: "null",
    }).outputSync();
    return { success, complaint: new TextDecoder().decode(stderr).trim().split("\n")[0]! };
  } catch (error) {
    return { success: false, complaint: error instanceof Error ? error.message : String(error) };
  }
}

/** True if a program is on the path, or where the system keeps its own. */
export function hasProgram(name: string): boolean {
  const words = ["-c", `command -v ${name}`];
  const options = { args: words, env: environment(), stdout: "null", stderr: "null" } as const;
  return new Deno.Command("sh", options).outputSync().success;
}
