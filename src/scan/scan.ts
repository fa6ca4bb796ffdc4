/**
 * The scan: the front door of the library. Starts a worker, hands it the job, and yields what it
 * tells. The command line and every output format are built on this.
 */
import { VERSION } from "version";
import type { EndEvent, ScanEvent, TargetEvent } from "./event.ts";
import { LinkError } from "./link.ts";
import {
  CONTROL_WORDS,
  type Job,
  STOP_WORD,
  type WorkerMessage,
  type WorkerTotals,
} from "./messages.ts";
import type { ScanOptions } from "./options.ts";
import { PortState } from "engine/port_state.ts";
import { makeController } from "engine/congestion/registry.ts";
import { rankedPorts } from "./services.ts";
import { TargetSet } from "./target_set.ts";

/** Likely-open ports that are asked first. */
const LIKELY_PORTS = 100;

/** How long an interrupted worker may take to report before it is given up, ms. */
const STOP_GRACE_MS = 2_000;

/** Exit status of a scan that left pairs undecided. */
const UNDECIDED = 2;

/** Exit status of a scan that could not start or broke off. */
const FAILED = 1;

/** Exit status of a scan that was interrupted. */
const INTERRUPTED = 130;

/**
 * Scans, and yields what becomes known as it becomes known: first `start`, last `end`.
 *
 * @throws {RangeError} If an option is out of its range.
 * @throws {LinkError} If the scan could not start, or the network broke away: what was known by
 * then has been yielded.
 */
export async function* scan(options: ScanOptions): AsyncIterable<ScanEvent> {
  const job = makeJob(options);
  const started = Date.now();
  yield {
    type: "start",
    version: VERSION,
    args: options.args ?? "",
    seed: job.seed,
    timeUs: started * 1_000,
    targets: TargetSet.fromData(job.targets).size,
    ports: job.ports,
  };
  const tally = new Tally();
  const run = new WorkerRun(job, options);
  try {
    for await (const event of run.events()) {
      tally.add(event);
      yield event;
    }
  } finally {
    run.close();
  }
  const isInterrupted = options.signal?.aborted ?? false;
  const end = tally.end(started, { totals: run.totals, isInterrupted });
  if (run.failure === undefined) return yield end;
  yield { ...end, exit: FAILED };
  throw run.failure;
}

function makeJob(options: ScanOptions): Job {
  makeController(options.timing ?? "reno");
  const targets = options.targets instanceof TargetSet
    ? options.targets
    : TargetSet.ofSpecs(options.targets);
  if (targets.size === 0) throw new RangeError("Cannot scan: no target is given");
  if (options.ports.length === 0) throw new RangeError("Cannot scan: no port is given");
  checkRange("maxRate", options.maxRate ?? Infinity, Number.MIN_VALUE);
  checkRange("maxRetries", options.maxRetries ?? 0, 0);
  checkRange("minSilences", options.minSilences ?? 1, 1);
  checkRange("maxError", options.maxError ?? 1, Number.MIN_VALUE);
  checkRange("hostTimeoutUs", options.hostTimeoutUs ?? Infinity, 0);
  const random = crypto.getRandomValues(new Uint32Array(3));
  return {
    targets: targets.data,
    ports: options.ports,
    likelyPorts: [...rankedPorts().subarray(0, LIKELY_PORTS)],
    skipSearch: options.skipSearch ?? false,
    searchOnly: options.searchOnly ?? false,
    interfaceName: options.interfaceName,
    source: options.source,
    sourcePort: options.sourcePort,
    maxRate: options.maxRate ?? Infinity,
    maxRetries: options.maxRetries ?? 10,
    minSilences: options.minSilences ?? 2,
    maxError: options.maxError ?? 0.01,
    hostTimeoutUs: options.hostTimeoutUs ?? Infinity,
    timing: options.timing ?? "reno",
    seed: options.seed ?? random[0]!,
    key: [random[1]! | 0, random[2]! | 0],
    samples: options.samples ?? true,
  };
}

function checkRange(name: keyof ScanOptions, value: number, least: number): void {
  if (value >= least) return;
  throw new RangeError(`Cannot use ${value} as ${name}: it must be at least ${least}`);
}

/** Counts over all targets. */
class Tally {
  #targets = 0;
  #up = 0;
  #open = 0;
  #undecided = 0;

  add(event: ScanEvent): void {
    if (event.type !== "target") return;
    this.#targets++;
    if (event.state === "up") this.#up++;
    this.#count(event);
  }

  #count(event: TargetEvent): void {
    for (const state of event.states) {
      if (state === PortState.OPEN) this.#open++;
      else if (state === PortState.UNKNOWN) this.#undecided++;
    }
  }

  end(
    started: number,
    { totals, isInterrupted }: { totals: WorkerTotals; isInterrupted: boolean },
  ): EndEvent {
    const now = Date.now();
    return {
      type: "end",
      exit: isInterrupted ? INTERRUPTED : this.#undecided > 0 ? UNDECIDED : 0,
      timeUs: now * 1_000,
      elapsedUs: (now - started) * 1_000,
      targets: this.#targets,
      up: this.#up,
      open: this.#open,
      packetsSent: totals.sent,
      packetsReceived: totals.received,
      captureDropped: totals.captureDropped,
    };
  }
}

/** One worker at work. */
class WorkerRun {
  readonly #worker: Worker;
  readonly #control = new SharedArrayBuffer(4 * CONTROL_WORDS);
  readonly #queue: ScanEvent[] = [];
  readonly #signal: AbortSignal | undefined;
  readonly #stop = () => this.#requestStop();
  #wake: () => void = () => {};
  #isOver = false;
  #graceTimer: ReturnType<typeof setTimeout> | undefined;
  failure: Error | undefined;
  totals: WorkerTotals = { sent: 0, received: 0, captureDropped: 0 };

  constructor(job: Job, options: ScanOptions) {
    const url = options.workerUrl ?? new URL("../../ffi/worker.ts", import.meta.url).href;
    this.#worker = new Worker(url, { type: "module", name: "portbunny" });
    this.#signal = options.signal;
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => this.#handle(data, job);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(new Error(`The worker failed: ${event.message}`));
    };
    this.#signal?.addEventListener("abort", this.#stop);
    if (this.#signal?.aborted) this.#requestStop();
  }

  /** Events until the worker is done. */
  async *events(): AsyncIterable<ScanEvent> {
    while (true) {
      while (this.#queue.length > 0) yield this.#queue.shift()!;
      if (this.#isOver) return;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** Lets the worker end by its flag; terminating it would not stop its loop. */
  close(): void {
    Atomics.store(new Int32Array(this.#control), STOP_WORD, 1);
    this.#signal?.removeEventListener("abort", this.#stop);
    clearTimeout(this.#graceTimer);
    this.#worker.onmessage = null;
    if (!this.#isOver) return;
    this.#worker.terminate();
  }

  #handle(message: WorkerMessage, job: Job): void {
    switch (message.type) {
      case "ready":
        return this.#worker.postMessage({ type: "start", job, control: this.#control });
      case "events":
        this.#queue.push(...message.events);
        return this.#wake();
      case "failed":
        return this.#fail(
          message.code === "bug"
            ? new Error(message.message)
            : new LinkError(message.code, message.message),
        );
      case "done":
        this.totals = message.totals;
        this.#isOver = true;
        return this.#wake();
    }
  }

  #fail(error: Error): void {
    this.failure = error;
    this.#isOver = true;
    this.#wake();
  }

  #requestStop(): void {
    Atomics.store(new Int32Array(this.#control), STOP_WORD, 1);
    this.#graceTimer = setTimeout(() => {
      this.#fail(new Error("The worker did not stop; what it knew last is lost"));
    }, STOP_GRACE_MS);
  }
}
