/**
 * Commands of the system with a time limit: run to the end, or started and watched. Where they run
 * is left to `netns.ts`.
 */

/** What a command came to. */
export interface CommandResult {
  /** Exit code; 128 + the signal's number where a signal ended it, as a shell has it. */
  code: number;
  stdout: string;
  stderr: string;
  /** True if it was ended because its time was over. */
  timedOut: boolean;
}

/** How a command is run. */
export interface CommandOptions {
  /** Given to its standard input, which is closed after it. Nothing by default. */
  input?: string;
  /** Added to the environment. */
  env?: Record<string, string>;
  /**
   * After so many milliseconds it is killed.
   * @default {60_000}
   */
  timeoutMs?: number;
  /** Called with the running process, for signals in mid-run. */
  whileRunning?: (child: Deno.ChildProcess) => void | Promise<void>;
}

/** Long for everything the lab does, short for a test that hangs. */
const DEFAULT_TIMEOUT_MS = 60_000;

/** Where `ip`, `nft` and `unshare` are on Debian; not on the path of ordinary users. */
const SYSTEM_PATH = "/usr/local/sbin:/usr/sbin:/sbin";

/** The environment of children: the system's tools are found, texts are in English. */
export function environment(more: Record<string, string> = {}): Record<string, string> {
  const path = Deno.env.get("PATH") ?? "/usr/local/bin:/usr/bin:/bin";
  return { PATH: `${path}:${SYSTEM_PATH}`, LC_ALL: "C", ...more };
}

/** Runs a command to its end and returns what it said. */
export async function runCommand(
  words: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = new Deno.Command(words[0]!, {
    args: words.slice(1),
    env: environment(options.env),
    stdin: options.input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const limit = { passed: false };
  const timer = setTimeout(() => {
    limit.passed = true;
    end(child, "SIGKILL");
  }, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  try {
    const [output] = await Promise.all([
      child.output(),
      feed(child, options.input),
      options.whileRunning?.(child),
    ]);
    const text = new TextDecoder();
    return {
      code: output.code,
      stdout: text.decode(output.stdout),
      stderr: text.decode(output.stderr),
      timedOut: limit.passed,
    };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs a command that is over in no time and has to succeed.
 *
 * @throws {Error} With what the command said, if it fails.
 */
export function runSystem(words: readonly string[]): string {
  const { success, stdout, stderr } = new Deno.Command(words[0]!, {
    args: words.slice(1),
    env: environment(),
    stdin: "null",
  }).outputSync();
  const text = new TextDecoder();
  if (!success) throw new Error(`${words.join(" ")}: ${text.decode(stderr).trim()}`);
  return text.decode(stdout);
}

/** Runs a command on this terminal; returns its exit code. */
export async function runAlong(words: readonly string[]): Promise<number> {
  const child = new Deno.Command(words[0]!, {
    args: words.slice(1),
    env: environment(),
    stdin: "null",
  }).spawn();
  return (await child.status).code;
}

/** Sends a signal to a process that may be gone already. */
export function end(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (error) {
    if (!(error instanceof TypeError) && !(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Writes a command's input, which it may refuse to read. */
async function feed(child: Deno.ChildProcess, input: string | undefined): Promise<void> {
  if (input === undefined) return;
  const writer = child.stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
