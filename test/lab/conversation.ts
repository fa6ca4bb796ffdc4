/**
 * A helper process that is spoken to in lines: it says `ready` when it can be used, a line for each
 * question, and ends when its standard input does, so that it cannot outlive who started it.
 */
import { end, environment } from "./command.ts";

/** A process that has been told to end and has not done so by then is killed, ms. */
const PATIENCE_MS = 5_000;

/** See the file's comment. */
export class Conversation implements AsyncDisposable {
  /** The number of its process. */
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: Lines;
  /** All that it says on standard error. */
  readonly #complaints: Promise<string>;
  #ended: Promise<string | undefined> | undefined;

  private constructor(child: Deno.ChildProcess) {
    this.pid = child.pid;
    this.#child = child;
    this.#input = child.stdin.getWriter();
    this.#lines = new Lines(child.stdout);
    this.#complaints = new Response(child.stderr).text();
  }

  /**
   * Starts a helper; it can be used when this returns.
   *
   * @throws {Error} If it does not become ready, with what it said.
   */
  static async start(words: readonly string[]): Promise<Conversation> {
    const child = new Deno.Command(words[0]!, {
      args: words.slice(1),
      env: environment(),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const conversation = new Conversation(child);
    if (await conversation.#lines.next() === "ready") return conversation;
    await conversation.hangUp();
    throw new Error(`A helper did not start: ${await conversation.#complaints}`);
  }

  /**
   * Says a line and waits for the answer.
   *
   * @throws {Error} If the process has ended instead, with what it said.
   */
  async ask(question: string): Promise<string> {
    await this.#input.write(new TextEncoder().encode(`${question}\n`));
    const line = await this.#lines.next();
    if (line === undefined) throw new Error(`A helper has failed: ${await this.#complaints}`);
    return line;
  }

  /** Lets the process end, not for ever; the line that it says then, if it does. */
  hangUp(): Promise<string | undefined> {
    this.#ended ??= this.#hangUp();
    return this.#ended;
  }

  /** Ends it if that has not been done. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.hangUp();
  }

  async #hangUp(): Promise<string | undefined> {
    // It may have gone by itself.
    await this.#input.close().catch(() => {});
    const timer = setTimeout(() => end(this.#child, "SIGKILL"), PATIENCE_MS);
    const last = await this.#lines.next();
    await this.#child.status;
    clearTimeout(timer);
    await this.#complaints;
    await this.#lines.close();
    return last;
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
