/**
 * The one way to standard output and standard error while a scan runs: results, remarks and the
 * status line do not get into each other's way.
 */
import { escapeText } from "report/escape.ts";
import type { ScanEvent } from "scan/event.ts";
import { OutputError, type Runtime, type TextSink } from "./runtime.ts";
import { StatusLine } from "./status_line.ts";

/** Prints. */
export class Screen {
  readonly #runtime: Runtime;
  readonly #status: StatusLine | undefined;

  /** The status line is shown on a terminal unless `isQuiet`. */
  constructor(runtime: Runtime, { isQuiet }: { isQuiet: boolean }) {
    this.#runtime = runtime;
    this.#status = runtime.isTerminal && !isQuiet ? new StatusLine(runtime) : undefined;
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
    ignoringOutputErrors(() => this.#runtime.stderr.write(`${escapeText(line)}\n`));
  }

  /** Brings the status line up to date. */
  update(event: ScanEvent): void {
    ignoringOutputErrors(() => this.#status?.update(event));
  }

  /** Removes the status line. */
  clear(): void {
    ignoringOutputErrors(() => this.#status?.clear());
  }
}

function ignoringOutputErrors(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
  }
}
