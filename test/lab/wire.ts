/**
 * A wire as its user sees it: a process in a namespace that joins interfaces there, started, asked
 * and stopped. It ends with whoever started it. What it does is in `wire/`.
 */
import { end, environment } from "./command.ts";
import type { Namespace } from "./netns.ts";
import { connect } from "./veth.ts";
import type { WirePlan } from "./wire/wire_plan.ts";
import type { WireStats } from "./wire/wire_stats.ts";

export type { PathsPlan, WirePlan } from "./wire/wire_plan.ts";
export type { WireStats } from "./wire/wire_stats.ts";

/** The script of the wire's process. */
const SCRIPT = decodeURIComponent(
  new URL("../../test/lab/wire/wire_process.ts", import.meta.url).pathname,
);

/**
 * Garbage is collected rarely, and like the compiler's work in the loop's own thread: others have
 * no priority, and on a busy machine it waited for them (60 ms for a collection, a second for
 * compiled code, measured).
 */
const V8_FLAGS = [
  "--single-threaded-gc",
  "--min-semi-space-size=16",
  "--no-concurrent-recompilation",
];

/** A cable that the wire practises on before its first packet; both ends are in its namespace. */
const PRACTICE_CABLE = ["practice0", "practice1"] as const;

/** A process that has been told to end and has not done so by then is killed, ms. */
const PATIENCE_MS = 5_000;

/** Where a wire runs and what it joins. */
export interface WireOptions {
  readonly namespace: Namespace;
  readonly plan: WirePlan;
  /** The scanner's side first. */
  readonly interfaces: readonly string[];
  /** Words before its command, e.g. those that choose its processor. @default {[]} */
  readonly prefix?: readonly string[];
}

/** See the file's comment. */
export class Wire implements AsyncDisposable {
  /** Where it runs. */
  readonly namespace: Namespace;
  /** The number of its process. */
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: Lines;
  /** All that it says on standard error. */
  readonly #complaints: Promise<string>;
  #ended: Promise<WireStats> | undefined;

  private constructor(child: Deno.ChildProcess, namespace: Namespace) {
    this.namespace = namespace;
    this.pid = child.pid;
    this.#child = child;
    this.#input = child.stdin.getWriter();
    this.#lines = new Lines(child.stdout);
    this.#complaints = new Response(child.stderr).text();
  }

  /**
   * Starts a wire; packets pass when this returns.
   *
   * @throws {Error} If it cannot start, with what it said.
   */
  static async start(options: WireOptions): Promise<Wire> {
    const { namespace, plan, interfaces, prefix = [] } = options;
    const words = namespace.wrap([
      ...prefix,
      Deno.execPath(),
      "run",
      "-A",
      "--quiet",
      `--v8-flags=${V8_FLAGS}`,
      SCRIPT,
      JSON.stringify(plan),
      ...interfaces,
      ...PRACTICE_CABLE,
    ]);
    const [one, other] = PRACTICE_CABLE;
    connect({ namespace, interfaceName: one }, { namespace, interfaceName: other });
    const child = new Deno.Command(words[0]!, {
      args: words.slice(1),
      env: environment(),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const wire = new Wire(child, namespace);
    if (await wire.#lines.next() === "ready") {
      namespace.ip(`link delete ${one}`);
      return wire;
    }
    await wire.#closeInput();
    await wire.#end();
    throw new Error(`The wire did not start: ${await wire.#complaints}`);
  }

  /** Its figures so far. */
  async stats(): Promise<WireStats> {
    await this.#input.write(new TextEncoder().encode("stats\n"));
    return await this.#readStats();
  }

  /** Stops it; its last figures. */
  stop(): Promise<WireStats> {
    this.#ended ??= this.#stop();
    return this.#ended;
  }

  /** Stops it if it has not been stopped. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #stop(): Promise<WireStats> {
    try {
      await this.#closeInput();
      return await this.#readStats();
    } finally {
      await this.#end();
    }
  }

  async #readStats(): Promise<WireStats> {
    const line = await this.#lines.next();
    if (line === undefined) throw new Error(`The wire has failed: ${await this.#complaints}`);
    return JSON.parse(line);
  }

  /** Tells the process to end, if it has not done so. */
  async #closeInput(): Promise<void> {
    await this.#input.close().catch(() => {});
  }

  /** Waits for the process, not for ever. */
  async #end(): Promise<void> {
    const timer = setTimeout(() => end(this.#child, "SIGKILL"), PATIENCE_MS);
    await this.#child.status;
    clearTimeout(timer);
    await this.#complaints;
    await this.#lines.close();
  }
}

/** The lines of a stream, one by one. */
class Lines {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = "";

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** The next line; undefined at the end. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const at = this.#text.indexOf("\n");
      if (at >= 0) {
        const line = this.#text.slice(0, at);
        this.#text = this.#text.slice(at + 1);
        return line;
      }
      const { value, done } = await this.#reader.read();
      if (done) return undefined;
      this.#text += this.#decoder.decode(value, { stream: true });
    }
  }

  /** Lets go of the stream. */
  async close(): Promise<void> {
    await this.#reader.cancel();
  }
}
