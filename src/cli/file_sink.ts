/**
 * Files and standard streams as places for text: unbuffered, and never with half a line at the
 * end.
 */
import { OutputError, type TextSink } from "./runtime.ts";

/** What a sink writes to; `Deno.FsFile` and the standard streams are such. */
export interface Target {
  writeSync(bytes: Uint8Array): number;
  close(): void;
  truncateSync?(length?: number): void;
}

/** Pause before a full non-blocking pipe is tried again, ms. */
const FULL_PIPE_PAUSE_MS = 2;

/** Writes text to an open file. */
export class FileSink implements TextSink {
  readonly name: string;
  readonly #target: Target;
  readonly #isRegular: boolean;
  readonly #encoder = new TextEncoder();
  /** Bytes of whole texts written so far. */
  #length = 0;
  #isOpen = true;

  /** With `isRegular`, what the file held is cut off at the first write, and torn text after it. */
  constructor(target: Target, options: { name: string; isRegular?: boolean }) {
    this.#target = target;
    this.name = options.name;
    this.#isRegular = options.isRegular ?? false;
  }

  /** See {@linkcode TextSink.write}. */
  write(text: string): void {
    if (text === "") return;
    const bytes = this.#encoder.encode(text);
    try {
      if (this.#length === 0 && this.#isRegular) this.#target.truncateSync?.(0);
      for (let offset = 0; offset < bytes.length;) offset += this.#writeSome(bytes, offset);
      this.#length += bytes.length;
    } catch (error) {
      this.#dropTornText();
      throw new OutputError(
        `Cannot write ${this.name}: ${reasonOf(error)}`,
        error instanceof Deno.errors.BrokenPipe,
      );
    }
  }

  /** See {@linkcode TextSink.close}. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#target.close();
  }

  #writeSome(bytes: Uint8Array, offset: number): number {
    try {
      return this.#target.writeSync(bytes.subarray(offset));
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      // Whoever shares the pipe with us has made it non-blocking, and its reader is slow.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_PAUSE_MS);
      return 0;
    }
  }

  #dropTornText(): void {
    if (!this.#isRegular) return;
    try {
      this.#target.truncateSync?.(this.#length);
    } catch {
      // The file system is in trouble already; the first error is the one to tell.
    }
  }
}

/**
 * Opens a file for writing, without emptying it yet: a scan that cannot start leaves the results
 * of the last one alone.
 *
 * @throws {OutputError} If it cannot be written.
 */
export function openFileSink(path: string): FileSink {
  try {
    const file = Deno.openSync(path, { write: true, create: true });
    return new FileSink(file, { name: `"${path}"`, isRegular: file.statSync().isFile });
  } catch (error) {
    throw new OutputError(`Cannot write "${path}": ${reasonOf(error)}`);
  }
}

/** The system's words for an error, without what Deno adds to them. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/ \(os error \d+\).*$/s, "").replace(/^.*: /s, "");
}
