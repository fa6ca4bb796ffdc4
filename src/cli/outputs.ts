/** The formats of a run and where each goes; one that fails does not take the others with it. */
import type { Format, FormatOptions } from "report/format.ts";
import { FORMATS } from "report/formats.ts";
import { COLORED, PLAIN } from "report/style.ts";
import { type TextOptions, TextReport } from "report/text.ts";
import type { ScanEvent } from "scan/event.ts";
import { datedName, dateText } from "./dates.ts";
import type { OutputRequest } from "./output_settings.ts";
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
    this.hasTable = settings.outputs.every(({ file }) => file !== "-");
    const options = formatOptions(settings);
    if (this.hasTable) {
      this.#add(new TextReport(tableOptions(settings, runtime)), runtime.stdout);
    }
    try {
      for (const request of settings.outputs) {
        const format = FORMATS[request.format].make(options);
        this.#add(format, openSink(format, request, { settings, runtime }));
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

  /**
   * Closes the files.
   *
   * @returns What went wrong, per output that breaks at its very end.
   */
  close(): OutputError[] {
    return this.#outputs.flatMap((output) => attempt(output, () => output.sink.close()));
  }

  #add(format: Format, sink: TextSink): void {
    this.#outputs.push({ format, sink, isBroken: false });
  }

  #send(output: Output, event: ScanEvent): OutputError[] {
    if (output.isBroken) return [];
    return attempt(output, () => {
      const text = output.format.render(event);
      this.#screen.write(output.sink, { text, tail: output.format.tail ?? "" });
    });
  }
}

/** Runs an action of an output; if it fails, the output is broken. */
function attempt(output: Output, action: () => void): OutputError[] {
  try {
    action();
    return [];
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    const wasBroken = output.isBroken;
    output.isBroken = true;
    return wasBroken ? [] : [error];
  }
}

function openSink(
  format: Format,
  { file }: OutputRequest,
  { settings, runtime }: { settings: Settings; runtime: Runtime },
): TextSink {
  if (file === "-") return runtime.stdout;
  const path = datedName(file, new Date());
  if (!settings.appendsOutput) return runtime.openFile(path);
  return runtime.openFile(path, (ending) => format.resume?.(ending) ?? 0);
}

function formatOptions(settings: Settings): FormatOptions {
  return {
    verbosity: settings.verbosity,
    debugLevel: settings.debugLevel,
    showsTtl: settings.showsTtl,
    openOnly: settings.options.openOnly ?? false,
    dateText,
  };
}

/** Keys may change the verbosity while the scan runs, which the table for people follows. */
function tableOptions(settings: Settings, runtime: Runtime): TextOptions {
  const fixed = formatOptions(settings);
  return {
    ...fixed,
    get verbosity() {
      return settings.verbosity;
    },
    get live() {
      return settings.verbosity > 0 ? "all" : "first";
    },
    style: runtime.hasColoredResults ? COLORED : PLAIN,
  };
}
