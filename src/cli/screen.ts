/**
 * The one way to standard output and standard error while a scan runs: results, remarks and the
 * status line do not get into each other's way. The status line is drawn over itself and disappears
 * before anything else is printed.
 */
import { escapeText } from "report/escape.ts";
import { visibleLength } from "report/style.ts";
import { OutputError, type Runtime, type TextSink } from "./runtime.ts";

/** Back to the first column, and forget everything from there on (ECMA-48 ED). */
const ERASE = "\r\x1b[J";

/** Prints. */
export class Screen {
  readonly #runtime: Runtime;
  /** True if there is a place for a status line. */
  readonly hasStatus: boolean;
  /** Columns of the line that is shown; 0 if none is. */
  #shown = 0;
  #status = "";

  /** The status line has its place on a terminal, unless others want to be alone there. */
  constructor(
    runtime: Runtime,
    { isQuiet, statusJson }: { isQuiet: boolean; statusJson: boolean },
  ) {
    this.#runtime = runtime;
    this.hasStatus = runtime.isTerminal && !isQuiet && !statusJson;
  }

  /**
   * Writes results, and what completes them for now.
   *
   * @throws {OutputError} If they cannot be written.
   */
  write(sink: TextSink, { text, tail }: { text: string; tail: string }): void {
    if (text !== "" && sink === this.#runtime.stdout) this.clear();
    sink.write(text, tail);
  }

  /** Says one line on standard error. If nobody listens there, that is no trouble. */
  say(line: string): void {
    this.clear();
    this.#print(`${escapeText(line)}\n`);
  }

  /** Shows a line at the bottom, in place of the one before. It may be styled. */
  showStatus(line: string): void {
    if (!this.hasStatus || (line === this.#status && this.#shown > 0)) return;
    this.#print(this.#erasure() + line);
    this.#status = line;
    this.#shown = visibleLength(line);
  }

  /** Removes the status line. */
  clear(): void {
    if (this.#shown === 0) return;
    this.#print(this.#erasure());
    this.#shown = 0;
  }

  /** What removes the line; a terminal that has become narrower has broken it into several. */
  #erasure(): string {
    const rows = Math.ceil(this.#shown / Math.max(this.#runtime.columns(), 1));
    return rows > 1 ? `\x1b[${rows - 1}A${ERASE}` : ERASE;
  }

  #print(text: string): void {
    try {
      this.#runtime.stderr.write(text);
    } catch (error) {
      if (!(error instanceof OutputError)) throw error;
    }
  }
}
