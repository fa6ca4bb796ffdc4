/**
 * A wire as its user sees it: a process in a namespace that joins interfaces there, started, asked
 * and stopped. It ends with whoever started it. What it does is in `wire/`.
 */
import { Conversation } from "./conversation.ts";
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

/** Where a wire runs and what it joins. */
export interface WireOptions {
  readonly namespace: Namespace;
  readonly plan: WirePlan;
  /** The scanner's side first. */
  readonly interfaces: readonly string[];
}

/** See the file's comment. */
export class Wire implements AsyncDisposable {
  /** Where it runs. */
  readonly namespace: Namespace;
  readonly #process: Conversation;
  #last: Promise<WireStats> | undefined;

  private constructor(process: Conversation, namespace: Namespace) {
    this.#process = process;
    this.namespace = namespace;
  }

  /**
   * Starts a wire; packets pass when this returns.
   *
   * @throws {Error} If it cannot start, with what it said.
   */
  static async start({ namespace, plan, interfaces }: WireOptions): Promise<Wire> {
    const [one, other] = PRACTICE_CABLE;
    connect({ namespace, interfaceName: one }, { namespace, interfaceName: other });
    const flags = ["-A", "--quiet", `--v8-flags=${V8_FLAGS}`];
    const args = [SCRIPT, JSON.stringify(plan), ...interfaces, one, other];
    const words = [Deno.execPath(), "run", ...flags, ...args];
    const process = await Conversation.start(namespace.wrap(words));
    namespace.ip(`link delete ${one}`);
    return new Wire(process, namespace);
  }

  /** The number of its process. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Its figures so far. */
  async stats(): Promise<WireStats> {
    return JSON.parse(await this.#process.ask("stats"));
  }

  /**
   * Stops it; its last figures.
   *
   * @throws {Error} If it has ended before its time.
   */
  stop(): Promise<WireStats> {
    this.#last ??= this.#stop();
    return this.#last;
  }

  /** Stops it if it has not been stopped. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.hangUp();
  }

  async #stop(): Promise<WireStats> {
    const line = await this.#process.hangUp();
    if (line === undefined) throw new Error("The wire has ended before its time");
    return JSON.parse(line);
  }
}
