/**
 * What the command line needs from the world: the scan, the resolver, the terminal, files, signals,
 * time. `deno_runtime.ts` is the real one; tests make their own.
 */
import type { ScanEvent } from "scan/event.ts";
import type { ScanOptions } from "scan/options.ts";

/** A place where text goes, whole lines at a time, each at once. */
export interface TextSink {
  /** How messages call it. */
  readonly name: string;
  /**
   * Writes text, and a tail that completes it: the next text takes the tail's place. Where nothing
   * can be taken back (a pipe), the latest tail is written at the end.
   *
   * @throws {OutputError} If it cannot be written. Of a regular file nothing half-written remains.
   */
  write(text: string, tail?: string): void;
  /**
   * Gives it back. Calling it twice is harmless.
   *
   * @throws {OutputError} If the tail cannot be written.
   */
  close(): void;
}

/** Text could not be written; `message` names the place and the reason. */
export class OutputError extends Error {
  /** Tells the class where `instanceof` cannot. */
  override name = "OutputError";
  /** True if the reader has gone away (a closed pipe), which is no trouble of ours. */
  readonly isClosed: boolean;

  /** `message` names the place and the reason. */
  constructor(message: string, isClosed = false) {
    super(message);
    this.isClosed = isClosed;
  }
}

/** Signals that end a scan early. */
export type StopSignal = "SIGINT" | "SIGTERM";

/** Signals that are about the terminal: its size, Ctrl-Z, Ctrl-\\. */
export type TerminalSignal = "SIGWINCH" | "SIGTSTP" | "SIGQUIT";

/** Single keys, as they are pressed. */
export interface Keyboard {
  /** Keys that were pressed since the last call. */
  poll(): string;
  /** Puts the terminal back as it was until the next {@linkcode Keyboard.poll}. */
  release(): void;
  /** Gives the terminal back for good. Calling it twice is harmless. */
  close(): void;
}

/** The world as the command line sees it. */
export interface Runtime {
  /** Version of PortBunny. */
  readonly version: string;
  /** How it is packed, and what runs it. */
  readonly build: string;
  /** Data go here. */
  readonly stdout: TextSink;
  /** Everything else goes here. */
  readonly stderr: TextSink;
  /** True if standard error is a terminal. */
  readonly isTerminal: boolean;
  /** True if that terminal shows colours, and the user wants them. */
  readonly hasColors: boolean;
  /** The same of standard output. */
  readonly hasColoredResults: boolean;
  /** True if that terminal has more than ASCII. */
  readonly isUnicode: boolean;
  /** Scans; see `scan/scan.ts`. */
  scan(options: ScanOptions): AsyncIterable<ScanEvent>;
  /** Addresses of a name; rejects if there are none. */
  resolve(name: string): Promise<Uint8Array[]>;
  /**
   * Opens a file for writing; what it held stays until the first line is written. With `resume` it
   * stays for good, but for as many bytes at its end as `resume` says, which is shown that end.
   *
   * @throws {OutputError} If it cannot be written, or `resume` throws a RangeError.
   */
  openFile(path: string, resume?: (ending: string) => number): TextSink;
  /**
   * Text of a file, `-` is standard input.
   *
   * @throws {UsageError} If it cannot be read.
   */
  readText(path: string): Promise<string>;
  /** A variable of the environment; undefined if it is not set. */
  environment(name: string): string | undefined;
  /** Addresses of this machine. */
  ownAddresses(): Uint8Array[];
  /** Width of the terminal in characters. */
  columns(): number;
  /** The keyboard of that terminal; undefined if there is none that belongs to this process. */
  openKeyboard(): Keyboard | undefined;
  /** Time that only grows, ms. */
  nowMs(): number;
  /** Calls `action` again and again until the function returned is called. */
  every(periodMs: number, action: () => void): () => void;
  /** Calls `handler` at each of these signals until the function returned is called. */
  onSignal(signal: StopSignal | TerminalSignal, handler: () => void): () => void;
  /** Stops the process until somebody lets it go on, as Ctrl-Z does. */
  suspend(): void;
  /** From here on this process starts no other program. */
  forbidPrograms(): void;
  /** Ends the process at once. */
  exit(code: number): void;
}
