/**
 * Watches a scan for its user: the status in the form that suits the place where it goes, and the
 * keys. Everything happens on a tick, ten times a second; events only change the figures.
 */
import { formatCount } from "report/numbers.ts";
import { COLORED, PLAIN } from "report/style.ts";
import type { ScanControl } from "scan/control.ts";
import type { ScanEvent } from "scan/event.ts";
import { parseAddress } from "wire/address.ts";
import { KEY_HELP, type KeyActions, pressKeys } from "./keys.ts";
import { Progress } from "./progress.ts";
import type { Keyboard, Runtime } from "./runtime.ts";
import type { Screen } from "./screen.ts";
import type { Settings } from "./settings.ts";
import { statusBar } from "./status_bar.ts";
import { type ScanState, statusJson, statusLines } from "./status_text.ts";

/** Between two looks at the keys, and two drawings: faster than that nobody reads, ms. */
const TICK_MS = 100;

/** Without a terminal lines come after this time, and then rarer and rarer, ms. */
const FIRST_LINE_MS = 10_000;
const RAREST_LINE_MS = 600_000;

/** Period of `--status-json` where `--stats-every` names no other, ms. */
const JSON_PERIOD_MS = 1_000;

/** What one `+` or `-` makes of the cap. */
const RATE_STEP = 1.25;

/** What a monitor works with. */
export interface MonitorOptions {
  readonly runtime: Runtime;
  readonly screen: Screen;
  readonly control: ScanControl;
  /** Ends the scan as Ctrl-C does. */
  readonly onQuit: () => void;
}

/** See the file's comment. Close it when the scan is over. */
export class Monitor implements KeyActions {
  readonly #settings: Settings;
  readonly #options: MonitorOptions;
  readonly #progress: Progress;
  readonly #keyboard: Keyboard | undefined;
  readonly #forget: (() => void)[];
  #nextLineMs: number;
  #linePeriodMs: number;
  #isStopping = false;

  constructor(settings: Settings, options: MonitorOptions) {
    const { runtime, screen } = options;
    this.#settings = settings;
    this.#options = options;
    this.#progress = new Progress(runtime.nowMs());
    this.#keyboard = hasKeys(settings, runtime) ? runtime.openKeyboard() : undefined;
    this.#linePeriodMs = firstPeriod(settings, screen);
    this.#nextLineMs = runtime.nowMs() + this.#linePeriodMs;
    this.#forget = [
      runtime.every(TICK_MS, () => this.#tick()),
      runtime.onSignal("SIGWINCH", () => this.#draw()),
      runtime.onSignal("SIGTSTP", () => this.#suspend()),
      runtime.onSignal("SIGQUIT", () => {
        this.close();
        runtime.exit(131);
      }),
    ];
  }

  /** Takes note of an event. */
  update(event: ScanEvent): void {
    this.#progress.update(event);
  }

  /** The scan is being ended early. */
  onStop(): void {
    this.#isStopping = true;
  }

  /** Gives the terminal back. Calling it twice is harmless. */
  close(): void {
    for (const forget of this.#forget.splice(0)) forget();
    this.#keyboard?.close();
    this.#options.screen.clear();
  }

  /** The last status for programs. */
  finish(): void {
    if (this.#settings.statusJson) this.#say([statusJson(this.#snapshot(), "done")]);
  }

  /** See {@linkcode KeyActions}. */
  onStatus(): void {
    this.#say(statusLines(this.#snapshot(), this.#state));
  }

  /** See {@linkcode KeyActions}. */
  onVerbosity(change: 1 | -1): void {
    this.#settings.verbosity = Math.max(0, this.#settings.verbosity + change);
    this.#say([`Verbosity is now ${this.#settings.verbosity}`]);
  }

  /** See {@linkcode KeyActions}. */
  onPause(): void {
    const { control } = this.#options;
    control.isPaused = !control.isPaused;
    this.#say([control.isPaused ? "Paused; p goes on" : "Going on"]);
  }

  /** See {@linkcode KeyActions}. */
  onSkip(): void {
    const { eldest } = this.#progress;
    const address = eldest === undefined ? undefined : parseAddress(eldest.ip);
    if (eldest === undefined || address === undefined) {
      return this.#say(["No target is being scanned"]);
    }
    this.#options.control.skip(address);
    const share = eldest.total > 0 ? eldest.done / eldest.total : 0;
    this.#say([`Skipping ${eldest.ip}, which was ${(share * 100).toFixed(1)}% done`]);
  }

  /** See {@linkcode KeyActions}. */
  onRate(change: 1 | -1): void {
    const { control } = this.#options;
    const cap = control.maxRate ?? this.#settings.options.maxRate ?? Infinity;
    const { rate } = this.#snapshot();
    const base = Math.min(cap, change < 0 && rate > 0 ? rate : Infinity);
    if (base === Infinity) {
      return this.#say(["The rate is not capped: the path decides (- lowers it)"]);
    }
    control.maxRate = change > 0 ? base * RATE_STEP : base / RATE_STEP;
    this.#say([`At most ${formatCount(control.maxRate)} packets per second from now on`]);
  }

  /** See {@linkcode KeyActions}. */
  onQuit(): void {
    this.#options.onQuit();
  }

  /** See {@linkcode KeyActions}. */
  onHelp(): void {
    this.#say(KEY_HELP);
  }

  #tick(): void {
    const keys = this.#keyboard?.poll() ?? "";
    if (keys !== "") pressKeys(keys, this);
    if (this.#options.runtime.nowMs() >= this.#nextLineMs) this.#tellPeriodically();
    this.#draw();
  }

  #tellPeriodically(): void {
    const { statsEveryUs, statusJson: isJson } = this.#settings;
    if (isJson) this.#say([statusJson(this.#snapshot(), this.#state)]);
    else this.onStatus();
    const isRarer = statsEveryUs === undefined && !isJson;
    if (isRarer) this.#linePeriodMs = Math.min(this.#linePeriodMs * 2, RAREST_LINE_MS);
    this.#nextLineMs += this.#linePeriodMs;
  }

  #draw(): void {
    const { runtime, screen, control } = this.#options;
    if (!screen.hasStatus) return;
    screen.showStatus(statusBar(this.#snapshot(), {
      columns: runtime.columns(),
      style: runtime.hasColors ? COLORED : PLAIN,
      isUnicode: runtime.isUnicode,
      isPaused: control.isPaused,
    }));
  }

  /** Ctrl-Z: the terminal goes back to the shell; the keyboard notices by itself when we return. */
  #suspend(): void {
    this.#options.screen.clear();
    this.#keyboard?.release();
    this.#options.runtime.suspend();
  }

  #say(lines: readonly string[]): void {
    for (const line of lines) this.#options.screen.say(line);
  }

  #snapshot(): ReturnType<Progress["at"]> {
    return this.#progress.at(this.#options.runtime.nowMs());
  }

  get #state(): ScanState {
    if (this.#isStopping) return "stopping";
    return this.#options.control.isPaused ? "paused" : "running";
  }
}

function hasKeys({ isQuiet, takesKeys, targetFiles }: Settings, runtime: Runtime): boolean {
  return runtime.isTerminal && takesKeys && !isQuiet && !targetFiles.includes("-");
}

/** Infinity: no lines. */
function firstPeriod(settings: Settings, screen: Screen): number {
  if (settings.statsEveryUs !== undefined) return settings.statsEveryUs / 1_000;
  if (settings.statusJson) return JSON_PERIOD_MS;
  return settings.isQuiet || screen.hasStatus ? Infinity : FIRST_LINE_MS;
}
