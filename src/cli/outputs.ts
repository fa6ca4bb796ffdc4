/** The formats of a run and where each goes; one that fails does not take the others with it. */
import type { Format } from "report/format.ts";
import { JsonLines } from "report/json_lines.ts";
import { TextReport } from "report/text.ts";
import type { ScanEvent } from "scan/event.ts";
import { OutputError, type Runtime, type TextSink } from "./runtime.ts";
import type { Screen } from "./screen.ts";
import type { Settings } from "./settings.ts";

/** One format on its way to one place. */
interface Output {
  format: Format;
  sink: TextSink;
  isBroken: boolean;
}

/** All outputs of a run. Close them at the end. */
export class Outputs {
  readonly #outputs: Output[] = [];
  readonly #screen: Screen;
  /** True if the table for people is among them. */
  readonly hasTable: boolean;
  #start: ScanEvent | undefined;
  #hasBegun = false;

  /**
   * Opens everything that the settings ask for.
   *
   * @throws {OutputError} If a file cannot be written.
   */
  constructor(settings: Settings, { runtime, screen }: { runtime: Runtime; screen: Screen }) {
    this.#screen = screen;
    this.hasTable = !settings.jsonFiles.includes("-");
    if (this.hasTable) this.#add(new TextReport(tableOptions(settings)), runtime.stdout);
    try {
      for (const name of settings.jsonFiles) {
        this.#add(new JsonLines(), name === "-" ? runtime.stdout : runtime.openFile(name));
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Writes an event in every format. The start is held back until something follows it: a scan that
   * cannot start writes nothing, and leaves the files of the last one alone.
   *
   * @returns What went wrong, per output that just broke.
   */
  write(event: ScanEvent): OutputError[] {
    if (event.type === "start") {
      this.#start = event;
      return [];
    }
    const events = this.#start === undefined ? [event] : [this.#start, event];
    this.#start = undefined;
    this.#hasBegun = true;
    return events.flatMap((each) => this.#outputs.flatMap((output) => this.#send(output, each)));
  }

  /** True once anything has been written. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Closes the files. */
  close(): void {
    for (const { sink } of this.#outputs) sink.close();
  }

  #add(format: Format, sink: TextSink): void {
    this.#outputs.push({ format, sink, isBroken: false });
  }

  #send(output: Output, event: ScanEvent): OutputError[] {
    if (output.isBroken) return [];
    try {
      this.#screen.write(output.sink, output.format.render(event));
      return [];
    } catch (error) {
      if (!(error instanceof OutputError)) throw error;
      output.isBroken = true;
      return [error];
    }
  }
}

function tableOptions(settings: Settings): ConstructorParameters<typeof TextReport>[0] {
  return {
    verbosity: settings.verbosity,
    debugLevel: settings.debugLevel,
    showsTtl: settings.showsTtl,
    openOnly: settings.options.openOnly ?? false,
  };
}
