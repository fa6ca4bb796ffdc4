/**
 * One scan from the user's point of view: events go to the outputs and to the screen, signals and
 * broken outputs end it early, and the exit code sums it up.
 */
import { PortState } from "engine/port_state.ts";
import { ScanControl } from "scan/control.ts";
import type { EndEvent, ScanEvent, TargetEvent } from "scan/event.ts";
import { LinkError } from "scan/link.ts";
import { shardSize } from "scan/target_queue.ts";
import type { TargetSet } from "scan/target_set.ts";
import { Monitor } from "./monitor.ts";
import { Outputs } from "./outputs.ts";
import { remark } from "./remarks.ts";
import type { OutputError, Runtime, StopSignal } from "./runtime.ts";
import type { Screen } from "./screen.ts";
import type { Settings } from "./settings.ts";

/** Exit codes; they are part of the interface. */
export const Exit = {
  COMPLETE: 0,
  /** Could not start, or could not write the results. */
  FAILED: 1,
  /** Some ports have no verdict. */
  UNDECIDED: 2,
  SIGINT: 130,
  SIGQUIT: 131,
  SIGTERM: 143,
} as const;

/** See the file's comment. Call {@linkcode ScanRun.run} once. */
export class ScanRun {
  readonly #settings: Settings;
  readonly #runtime: Runtime;
  readonly #screen: Screen;
  readonly #outputs: Outputs;
  readonly #stop = new AbortController();
  readonly #control = new ScanControl();
  #monitor: Monitor | undefined;
  #signal: StopSignal | undefined;
  #hasFailed = false;
  #isUndecided = false;
  #startMs = 0;
  #hasEnded = false;
  #expected = 0;
  #totals = { targets: 0, up: 0, open: 0 };

  /** @throws {OutputError} If an output file cannot be written. */
  constructor(settings: Settings, { runtime, screen }: { runtime: Runtime; screen: Screen }) {
    this.#settings = settings;
    this.#runtime = runtime;
    this.#screen = screen;
    this.#outputs = new Outputs(settings, { runtime, screen });
  }

  /**
   * Scans and prints.
   *
   * @returns The exit code.
   */
  async run(targets: TargetSet): Promise<number> {
    this.#startMs = this.#runtime.nowMs();
    const { shard } = this.#settings.options;
    this.#expected = shard === undefined ? targets.size : shardSize(targets.size, shard);
    const monitor = this.#watch();
    this.#monitor = monitor;
    const forget = [this.#listen("SIGINT"), this.#listen("SIGTERM")];
    const { signal } = this.#stop;
    const options = { ...this.#settings.options, targets, signal, control: this.#control };
    try {
      for await (const event of this.#runtime.scan(options)) this.#handle(event);
      monitor.finish();
    } catch (error) {
      this.#fail(error);
    } finally {
      monitor.close();
      for (const action of forget) action();
      for (const error of this.#outputs.close()) this.#giveUp(error);
    }
    return this.#exitCode;
  }

  #handle(given: ScanEvent): void {
    const event = this.#settings.options.searchOnly ? withoutPorts(given) : given;
    if (event.type === "target") this.#count(event);
    if (event.type === "down") this.#totals.targets += event.count;
    if (event.type === "end") {
      this.#hasEnded = true;
      return this.#write({ ...event, exit: this.#exitCode });
    }
    this.#write(event);
    remark(event, {
      settings: this.#settings,
      screen: this.#screen,
      hasTable: this.#outputs.hasTable,
    });
    this.#monitor?.update(event);
  }

  #watch(): Monitor {
    return new Monitor(this.#settings, {
      runtime: this.#runtime,
      screen: this.#screen,
      control: this.#control,
      onQuit: () => this.#interrupt("SIGINT"),
    });
  }

  #count(target: TargetEvent): void {
    this.#totals.targets++;
    if (target.state === "up") this.#totals.up++;
    else if (target.state === "unknown") this.#isUndecided = true;
    for (const state of target.states) {
      if (state === PortState.OPEN) this.#totals.open++;
      else if (state === PortState.UNKNOWN) this.#isUndecided = true;
    }
  }

  #write(event: ScanEvent): void {
    for (const error of this.#outputs.write(event)) this.#giveUp(error);
  }

  /**
   * An output broke: whoever reads it is gone, or there is no room left. The scan is not needed.
   */
  #giveUp(error: OutputError): void {
    this.#stop.abort();
    if (error.isClosed) return;
    this.#hasFailed = true;
    this.#screen.say(`portbunny: ${error.message}; the scan is ended`);
  }

  #listen(signal: StopSignal): () => void {
    return this.#runtime.onSignal(signal, () => this.#interrupt(signal));
  }

  #interrupt(signal: StopSignal): void {
    if (this.#signal !== undefined) {
      this.#monitor?.close();
      this.#outputs.close();
      this.#runtime.exit(Exit[signal]);
    }
    this.#signal = signal;
    this.#stop.abort();
    this.#monitor?.onStop();
    if (!this.#settings.isQuiet) {
      this.#screen.say("Stopping; what is known is printed (once more: quit at once)");
    }
  }

  #fail(error: unknown): void {
    if (!(error instanceof Error)) throw error;
    this.#hasFailed = true;
    const isOurs = !(error instanceof LinkError || error instanceof RangeError);
    const detail = isOurs && this.#settings.debugLevel > 0 ? error.stack : error.message;
    this.#screen.say(`portbunny: ${detail ?? error.message}`);
    if (this.#outputs.hasBegun && !this.#hasEnded) this.#write(this.#makeshiftEnd());
  }

  /** The last event of a scan that broke off without one. */
  #makeshiftEnd(): EndEvent {
    return {
      type: "end",
      exit: this.#exitCode,
      timeUs: Date.now() * 1_000,
      elapsedUs: (this.#runtime.nowMs() - this.#startMs) * 1_000,
      ...this.#totals,
      packetsSent: NaN,
      packetsReceived: NaN,
      captureDropped: NaN,
    };
  }

  get #exitCode(): number {
    if (this.#signal !== undefined) return Exit[this.#signal];
    if (this.#hasFailed) return Exit.FAILED;
    const isCut = this.#totals.targets < this.#expected;
    return this.#isUndecided || isCut ? Exit.UNDECIDED : Exit.COMPLETE;
  }
}

/** A search says whether a target is up; ports were not asked. */
function withoutPorts(event: ScanEvent): ScanEvent {
  if (event.type === "start") return { ...event, ports: new Uint16Array() };
  if (event.type !== "target") return event;
  const { undecidedBecause: _, ...rest } = event;
  return {
    ...rest,
    ports: new Uint16Array(),
    states: new Uint8Array(),
    reasons: new Uint8Array(),
    ttls: new Uint8Array(),
  };
}
