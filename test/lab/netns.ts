/**
 * Network namespaces, made and removed by code. A name carries the process that made it, so that
 * what a killed run left behind can be told from what another run is using. Links and rules are
 * left to `veth.ts` and `nft.ts`.
 */
import { type CommandOptions, type CommandResult, runCommand, runSystem } from "./command.ts";

/** Before the process id in each name. */
const PREFIX = "pblab";

/** `pblab`, process id, `-`, role. */
const NAME = new RegExp(`^${PREFIX}(\\d+)-`);

/** Where iproute2 keeps the names. */
const NAMES_FOLDER = "/run/netns";

/** A network namespace of our own: no interface but its own loopback, no way out. */
export class Namespace implements Disposable {
  readonly name: string;

  /** Makes the namespace `pblab<pid>-<role>` and brings its loopback up. */
  constructor(role: string) {
    this.name = `${PREFIX}${Deno.pid}-${role}`;
    runSystem(["ip", "netns", "add", this.name]);
    runSystem(["ip", "-n", this.name, "link", "set", "lo", "up"]);
  }

  /** The words that run a command in here; the process keeps its id, for `ip` becomes it. */
  wrap(words: readonly string[]): string[] {
    return ["ip", "netns", "exec", this.name, ...words];
  }

  /** Runs a command in here to its end. */
  run(words: readonly string[], options?: CommandOptions): Promise<CommandResult> {
    return runCommand(this.wrap(words), options);
  }

  /** Runs `ip` in here, on words given as one text. */
  ip(text: string): string {
    return runSystem(["ip", "-n", this.name, ...text.split(" ")]);
  }

  /** Writes kernel settings below `/proc/sys/net`; those that this kernel lacks are passed over. */
  configure(settings: Record<string, number>): void {
    const lines = Object.entries(settings).map(([key, value]) => {
      const path = `/proc/sys/net/${key}`;
      return `if [ -w ${path} ]; then echo ${value} > ${path}; fi`;
    });
    runSystem(this.wrap(["sh", "-e", "-c", lines.join("\n")]));
  }

  /** Removes the namespace, and with it every interface and rule in it. */
  [Symbol.dispose](): void {
    remove(this.name);
  }
}

/** Removes what runs left behind whose process is gone; returns the names. */
export function removeLeftovers(): string[] {
  const leftovers = list().filter((name) => !isAlive(NAME.exec(name)![1]!));
  leftovers.forEach(remove);
  return leftovers;
}

/** Names of the namespaces that a process of this number has made. */
export function listNamespaces(pid: number): string[] {
  return list().filter((name) => Number(NAME.exec(name)![1]) === pid);
}

/** Names of the lab's namespaces on this machine, of this run and of others. */
function list(): string[] {
  try {
    return [...Deno.readDirSync(NAMES_FOLDER)].map(({ name }) => name).filter((it) =>
      NAME.test(it)
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** True if a process of this number exists. */
function isAlive(pid: string): boolean {
  try {
    return Deno.statSync(`/proc/${pid}`).isDirectory;
  } catch {
    return false;
  }
}

/** Ends what still runs in a namespace and removes it; another run may have been quicker. */
function remove(name: string): void {
  try {
    removeOwn(name);
  } catch (error) {
    if (list().includes(name)) throw error;
  }
}

function removeOwn(name: string): void {
  for (const pid of runSystem(["ip", "netns", "pids", name]).split(/\s+/)) {
    if (pid !== "") killIfAlive(Number(pid));
  }
  runSystem(["ip", "netns", "delete", name]);
}

/** Ends a process that may have ended by itself meanwhile. */
function killIfAlive(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
