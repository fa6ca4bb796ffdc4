/** A world for the command line that is made of memory: no network, no files, no terminal. */
import type { ScanEvent } from "scan/event.ts";
import type { ScanOptions } from "scan/options.ts";
import { UsageError } from "cli/usage_error.ts";
import {
  type Keyboard,
  OutputError,
  type Runtime,
  type StopSignal,
  type TerminalSignal,
  type TextSink,
} from "cli/runtime.ts";

/** Text kept in memory; writing more than `room` characters fails. */
export class MemorySink implements TextSink {
  readonly name: string;
  /** Everything written, the latest tail at its end. */
  text = "";
  room = Infinity;
  #tail = "";
  /** The failure is a reader who has gone away. */
  isPipe = false;
  closeCount = 0;

  constructor(name: string) {
    this.name = name;
  }

  write(text: string, tail = ""): void {
    const before = this.text.slice(0, this.text.length - this.#tail.length);
    if (before.length + text.length + tail.length > this.room) {
      throw new OutputError(`Cannot write ${this.name}: No space left on device`, this.isPipe);
    }
    this.text = before + text + tail;
    this.#tail = tail;
  }

  close(): void {
    this.closeCount++;
  }
}

/** See the file's comment. */
export class FakeRuntime implements Runtime {
  readonly version = "1.2.3";
  readonly build = "for tests";
  readonly stdout = new MemorySink("standard output");
  readonly stderr = new MemorySink("standard error");
  readonly files = new Map<string, MemorySink>();
  readonly unwritable = new Set<string>();
  readonly variables = new Map<string, string>();
  /** Files that can be read. */
  readonly texts = new Map<string, string>();
  isTerminal = false;
  hasColors = false;
  hasColoredResults = false;
  isUnicode = true;
  /** Keys that will be pressed; undefined: there is no keyboard. */
  keys: string | undefined;
  /** What was done to the keyboard and to the process, in order. */
  readonly deeds: string[] = [];
  width = 80;
  timeMs = 0;
  /** Options that the last scan was given. */
  options: ScanOptions | undefined;
  exitCode: number | undefined;
  mayStartPrograms = true;
  /** What the scan yields; it gets the runtime, so that it can raise signals in between. */
  script: (runtime: FakeRuntime) => AsyncIterable<ScanEvent> | Iterable<ScanEvent> = () => [];
  readonly #handlers = new Map<StopSignal | TerminalSignal, Set<() => void>>();
  readonly #timers = new Set<{ periodMs: number; dueMs: number; action: () => void }>();

  forbidPrograms(): void {
    this.mayStartPrograms = false;
  }

  async *scan(options: ScanOptions): AsyncIterable<ScanEvent> {
    this.options = options;
    yield* this.script(this);
  }

  resolve(name: string): Promise<Uint8Array[]> {
    return name === "db.example"
      ? Promise.resolve([Uint8Array.of(192, 0, 2, 10)])
      : Promise.reject(new Error("no such name"));
  }

  openFile(path: string, resume?: (ending: string) => number): TextSink {
    if (this.unwritable.has(path)) throw new OutputError(`Cannot write "${path}": refused`);
    const file = this.files.get(path) ?? new MemorySink(`"${path}"`);
    if (resume !== undefined) file.text = file.text.slice(0, file.text.length - resume(file.text));
    this.files.set(path, file);
    return file;
  }

  readText(path: string): Promise<string> {
    const text = this.texts.get(path);
    if (text === undefined) return Promise.reject(new UsageError(`Cannot read "${path}"`));
    return Promise.resolve(text);
  }

  environment(name: string): string | undefined {
    return this.variables.get(name);
  }

  ownAddresses(): Uint8Array[] {
    return [Uint8Array.of(192, 0, 2, 254)];
  }

  columns(): number {
    return this.width;
  }

  nowMs(): number {
    return this.timeMs;
  }

  openKeyboard(): Keyboard | undefined {
    if (this.keys === undefined) return undefined;
    this.deeds.push("open");
    return {
      poll: () => {
        const keys = this.keys!;
        this.keys = "";
        return keys;
      },
      release: () => this.deeds.push("release"),
      close: () => this.deeds.push("close"),
    };
  }

  every(periodMs: number, action: () => void): () => void {
    const timer = { periodMs, dueMs: this.timeMs + periodMs, action };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets time pass, timers included. */
  pass(lengthMs: number): void {
    const until = this.timeMs + lengthMs;
    for (;;) {
      const [next] = [...this.#timers].sort((one, other) => one.dueMs - other.dueMs);
      if (next === undefined || next.dueMs > until) break;
      this.timeMs = next.dueMs;
      next.dueMs += next.periodMs;
      next.action();
    }
    this.timeMs = until;
  }

  suspend(): void {
    this.deeds.push("suspend");
  }

  onSignal(signal: StopSignal | TerminalSignal, handler: () => void): () => void {
    const handlers = this.#handlers.get(signal) ?? new Set();
    this.#handlers.set(signal, handlers.add(handler));
    return () => handlers.delete(handler);
  }

  exit(code: number): void {
    this.exitCode = code;
  }

  /** Raises a signal. */
  raise(signal: StopSignal | TerminalSignal): void {
    for (const handler of this.#handlers.get(signal) ?? []) handler();
  }

  /** How many handlers of signals and how many timers there are. */
  get handlerCount(): number {
    const handlers = [...this.#handlers.values()];
    return handlers.reduce((sum, { size }) => sum + size, this.#timers.size);
  }
}
