/**
 * The scan: the front door of the library. Starts a worker, hands it the job, and yields what it
 * tells. The command line and every output format are built on this.
 */
import { VERSION } from "version";
import { ScanControl } from "./control.ts";
import type { ScanEvent } from "./event.ts";
import { makeJob } from "./job.ts";
import { LinkError } from "./link.ts";
import type { Job, WorkerMessage, WorkerTotals } from "./messages.ts";
import type { ScanOptions } from "./options.ts";
import { Tally } from "./tally.ts";
import { planOf } from "./plan.ts";
import { TargetQueue } from "./target_queue.ts";

/** How long an interrupted worker may take to report before it is given up, ms. */
const STOP_GRACE_MS = 2_000;

/** Exit status of a scan that could not start or broke off. */
const FAILED = 1;

/**
 * Scans, and yields what becomes known as it becomes known: first `start`, last `end`.
 *
 * @throws {RangeError} If an option is out of its range.
 * @throws {LinkError} If the scan could not start, or the network broke away: what was known by
 * then has been yielded.
 */
export async function* scan(options: ScanOptions): AsyncIterable<ScanEvent> {
  const [seed, ...key] = crypto.getRandomValues(new Uint32Array(3));
  const job = makeJob(options, { seed: seed!, key: [key[0]! | 0, key[1]! | 0] });
  const started = Date.now();
  yield {
    type: "start",
    version: VERSION,
    args: options.args ?? "",
    seed: job.seed,
    timeUs: started * 1_000,
    targets: new TargetQueue(job).size,
    plan: planOf(job),
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
  const now = Date.now();
  const end = tally.end({
    timeUs: now * 1_000,
    elapsedUs: (now - started) * 1_000,
    totals: run.totals,
    isInterrupted,
  });
  if (run.failure === undefined) return yield end;
  yield { ...end, exit: FAILED };
  throw run.failure;
}

/** One worker at work. */
class WorkerRun {
  readonly #worker: Worker;
  readonly #control: ScanControl;
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
    this.#control = options.control ?? new ScanControl();
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
    this.#control.stop();
    this.#signal?.removeEventListener("abort", this.#stop);
    clearTimeout(this.#graceTimer);
    this.#worker.onmessage = null;
    if (!this.#isOver) return;
    this.#worker.terminate();
  }

  #handle(message: WorkerMessage, job: Job): void {
    switch (message.type) {
      case "ready":
        return this.#worker.postMessage({ type: "start", job, control: this.#control.buffer });
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
    this.#control.stop();
    this.#graceTimer = setTimeout(() => {
      this.#fail(new Error("The worker did not stop; what it knew last is lost"));
    }, STOP_GRACE_MS);
  }
}
