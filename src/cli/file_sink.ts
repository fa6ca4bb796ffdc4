/**
 * Files and standard streams as places for text: unbuffered, and never with half a line at the
 * end.
 */
import { ENDING_LENGTH } from "report/format.ts";
import { OutputError, type TextSink } from "./runtime.ts";

/** What a sink writes to; `Deno.FsFile` and the standard streams are such. */
export interface Target {
  writeSync(bytes: Uint8Array): number;
  close(): void;
  truncateSync?(length?: number): void;
  seekSync?(offset: number, whence: Deno.SeekMode): number;
}

/** What kind of place a sink writes to. */
export interface SinkOptions {
  /** How messages call it. */
  name: string;
  /** A place where text can be taken back: torn text, and a tail that gives way. */
  isRegular?: boolean;
  /** Bytes that it holds and that stay, however the writing goes. */
  length?: number;
}

/** Pause before a full non-blocking pipe is tried again, ms. */
const FULL_PIPE_PAUSE_MS = 2;

/** Writes text to an open file. */
export class FileSink implements TextSink {
  readonly name: string;
  readonly #target: Target;
  readonly #isRegular: boolean;
  readonly #encoder = new TextEncoder();
  /** Bytes of whole texts in the place, tail not counted. */
  #length: number;
  #tail = "";
  /** Where the place ends at the most: nobody has looked how long an old file is. */
  #end = Infinity;
  #isOpen = true;

  /** A sink for an open file; what it held beyond its length is cut off at the first write. */
  constructor(target: Target, { name, isRegular = false, length = 0 }: SinkOptions) {
    this.#target = target;
    this.name = name;
    this.#isRegular = isRegular;
    this.#length = length;
  }

  /** See {@linkcode TextSink.write}. */
  write(text: string, tail = ""): void {
    if (text === "" && tail === this.#tail) return;
    if (this.#isRegular) this.#rewrite(text, tail);
    else this.#append(text);
    this.#tail = tail;
  }

  /** See {@linkcode TextSink.close}. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      // A pipe could not take a tail back, so that it gets it last.
      if (!this.#isRegular) this.#append(this.#tail);
    } finally {
      this.#target.close();
    }
  }

  #append(text: string): void {
    try {
      this.#writeAll(text);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** Writes over the tail, by one call of the system, so that a reader finds a whole document. */
  #rewrite(text: string, tail: string): void {
    try {
      this.#target.seekSync?.(this.#length, Deno.SeekMode.Start);
      const written = this.#writeAll(text + tail);
      const end = this.#length + written;
      if (end < this.#end) this.#target.truncateSync?.(end);
      this.#end = end;
      this.#length = end - this.#encoder.encode(tail).length;
    } catch (error) {
      this.#dropTornText();
      throw this.#failure(error);
    }
  }

  /** @returns How many bytes the text has. */
  #writeAll(text: string): number {
    const bytes = this.#encoder.encode(text);
    for (let offset = 0; offset < bytes.length;) offset += this.#writeSome(bytes, offset);
    return bytes.length;
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
    try {
      this.#target.truncateSync?.(this.#length);
      this.#target.seekSync?.(this.#length, Deno.SeekMode.Start);
      this.#end = this.#length + this.#writeAll(this.#tail);
    } catch {
      // The file system is in trouble already; the first error is the one to tell.
    }
  }

  #failure(error: unknown): OutputError {
    const isClosed = error instanceof Deno.errors.BrokenPipe;
    return new OutputError(`Cannot write ${this.name}: ${reasonOf(error)}`, isClosed);
  }
}

/**
 * Opens a file for writing, without emptying it yet: a scan that cannot start leaves the results
 * of the last one alone.
 *
 * @param resume Keeps what the file holds: it is given the file's last bytes as text, and says how
 * many bytes at the end give way.
 * @throws {OutputError} If the file cannot be written, or `resume` refuses it.
 */
export function openFileSink(path: string, resume?: (ending: string) => number): FileSink {
  const name = `"${path}"`;
  let file: Deno.FsFile | undefined;
  try {
    file = Deno.openSync(path, { read: resume !== undefined, write: true, create: true });
    const { isFile, size } = file.statSync();
    const length = isFile && resume !== undefined ? size - resume(endingOf(file, size)) : 0;
    return new FileSink(file, { name, isRegular: isFile, length });
  } catch (error) {
    file?.close();
    const what = error instanceof RangeError ? "append to" : "write";
    throw new OutputError(`Cannot ${what} ${name}: ${reasonOf(error)}`);
  }
}

/** The last bytes of a file, as text. */
function endingOf(file: Deno.FsFile, size: number): string {
  file.seekSync(Math.max(size - ENDING_LENGTH, 0), Deno.SeekMode.Start);
  const bytes = new Uint8Array(Math.min(size, ENDING_LENGTH));
  let length = 0;
  while (length < bytes.length) {
    const count = file.readSync(bytes.subarray(length));
    if (count === null) break;
    length += count;
  }
  return new TextDecoder().decode(bytes.subarray(0, length));
}

/** The system's words for an error, without what Deno adds to them. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/ \(os error \d+\).*$/s, "").replace(/^.*: /s, "");
}
