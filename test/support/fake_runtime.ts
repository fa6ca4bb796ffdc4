/** A world for the command line that is made of memory: no network, no files, no terminal. */
import type { ScanEvent } from "scan/event.ts";
import type { ScanOptions } from "scan/options.ts";
import { UsageError } from "cli/usage_error.ts";
import { OutputError, type Runtime, type StopSignal, type TextSink } from "cli/runtime.ts";

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
  width = 80;
  timeMs = 0;
  /** Options that the last scan was given. */
  options: ScanOptions | undefined;
  exitCode: number | undefined;
  mayStartPrograms = true;
  /** What the scan yields; it gets the runtime, so that it can raise signals in between. */
  script: (runtime: FakeRuntime) => AsyncIterable<ScanEvent> | Iterable<ScanEvent> = () => [];
  readonly #handlers = new Map<StopSignal, Set<() => void>>();

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

  onSignal(signal: StopSignal, handler: () => void): () => void {
    const handlers = this.#handlers.get(signal) ?? new Set();
    this.#handlers.set(signal, handlers.add(handler));
    return () => handlers.delete(handler);
  }

  exit(code: number): void {
    this.exitCode = code;
  }

  /** Raises a signal. */
  raise(signal: StopSignal): void {
    for (const handler of this.#handlers.get(signal) ?? []) handler();
  }

  /** How many handlers of signals are registered. */
  get handlerCount(): number {
    return [...this.#handlers.values()].reduce((sum, { size }) => sum + size, 0);
  }
}
