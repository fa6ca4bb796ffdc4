/**
 * A whole scan in virtual time: the real job runner with its driver and its engine, one or several
 * beside each other as workers are, each on a link of its own. Nothing here knows a real clock, so
 * the same network and the same seed give the same packets, bit for bit.
 */
import { planOf } from "scan/plan.ts";
import { assert } from "assertion";
import type { ScanEvent, TargetEvent } from "scan/event.ts";
import { makeJob } from "scan/job.ts";
import { JobRunner, LOCAL_PORTS } from "scan/job_runner.ts";
import type { Job, WorkerTotals } from "scan/messages.ts";
import type { ScanOptions } from "scan/options.ts";
import { Tally } from "scan/tally.ts";
import { TargetSet } from "scan/target_set.ts";
import type { TargetSpec } from "scan/target_spec.ts";
import { Random } from "random";
import { type Micros, micros, PORT_COUNT, SECOND } from "units";
import { VERSION } from "version";
import { addUntold, compareVerdicts, type Comparison, type Truth } from "./comparison.ts";
import type { ScannerEnd } from "./scanner_end.ts";
import { SimLink, type SimLinkOptions } from "./sim_link.ts";
import type { Runner, Simulator } from "./simulator.ts";

/** First local port of the first worker: outside the range that kernels give to programs. */
const FIRST_PORT = 61_000;

/** Workers at most: more than any machine has cores, and their ports fit. */
const MAX_WORKERS = 32;

/** Virtual time after which a scan that goes on is taken for one that never ends. */
const TIME_LIMIT = micros(24 * 3_600 * SECOND);

/** A network that a scan can be run in, and what is true of it. */
export interface VirtualNetwork {
  readonly simulator: Simulator;
  readonly end: ScannerEnd;
  /** Address of the scanner, an unsigned 32-bit number. */
  readonly scanner: number;
  readonly truth: Truth;
  /** Packets of the scan that found a queue full or were above a policer's rate, so far. */
  overflowed(): number;
}

/** What is scanned and how. Everything of {@linkcode ScanOptions} that needs no real network. */
export interface SimScanOptions
  extends Omit<ScanOptions, "targets" | "signal" | "workerUrl" | "source" | "interfaceName"> {
  readonly targets: TargetSet;
  /** Also seeds the key of the tags. @default {1} */
  seed?: number;
  /** Workers among which the targets are dealt out. @default {1} */
  readonly workers?: number;
  /** When a scan is broken off, µs of virtual time from its start. @default {24 h} */
  readonly timeLimit?: number;
  readonly link?: Omit<SimLinkOptions, "address" | "localPorts">;
  /** Sees each event when it happens; they are in the result as well. */
  readonly onEvent?: (event: ScanEvent) => void;
  /** Called after every step of every worker: for checks of what must always hold. */
  readonly onStep?: (worker: SimWorker) => void;
}

/** What came of a scan. */
export interface SimScanResult {
  /** All events from `start` to `end`; their times are virtual. */
  readonly events: readonly ScanEvent[];
  /** The last event of each target, in the order in which they finished. */
  readonly targets: readonly TargetEvent[];
  /** False if the scan was broken off at its time limit. */
  readonly isFinished: boolean;
  /** Virtual time, µs. */
  readonly elapsed: Micros;
  /** Packets that the workers sent. */
  readonly sent: number;
  /** Packets that full queues and policers dropped: loss that the scan has caused. */
  readonly overflowed: number;
  /** The verdicts beside the truth. */
  readonly verdicts: Comparison;
  /** Wrong verdicts that the scan announced for its targets, as far as it could give a figure. */
  readonly announced: number;
}

/** One worker in virtual time. */
export class SimWorker implements Runner {
  readonly link: SimLink;
  /** The real runner. */
  readonly runner: JobRunner;
  readonly #onStep: ((worker: SimWorker) => void) | undefined;

  constructor(
    job: Job,
    options: {
      readonly link: SimLink;
      readonly firstPort: number;
      readonly emit: (event: ScanEvent) => void;
      readonly onStep: ((worker: SimWorker) => void) | undefined;
    },
  ) {
    const { link, firstPort, emit } = options;
    this.link = link;
    this.runner = new JobRunner(job, { link, firstPort, epoch: 0, emit });
    this.#onStep = options.onStep;
  }

  get isDone(): boolean {
    return this.runner.isDone;
  }

  step(): Micros {
    const next = this.runner.step();
    this.#onStep?.(this);
    return next;
  }
}

/**
 * Scans a virtual network, from now until all targets are done.
 *
 * @throws {RangeError} If an option is out of its range.
 */
export function simScan(network: VirtualNetwork, options: SimScanOptions): SimScanResult {
  const { simulator } = network;
  const record = new Recorder(options.onEvent);
  const job = makeSimJob(options);
  const started = simulator.now;
  const overflowedBefore = network.overflowed();
  record.add(startEvent(job, options, started));
  const workers = dealOut(options.targets, options.workers ?? 1).map(({ data }, number) =>
    makeWorker(network, { ...options, job: { ...job, targets: data }, number, record })
  );
  const limit = micros(started + (options.timeLimit ?? TIME_LIMIT));
  const isFinished = simulator.run(workers, limit);
  for (const { runner } of workers) runner.stop();
  const totals = sumOf(workers.map(({ runner }) => runner.totals));
  for (const { link } of workers) link.close();
  const elapsed = micros(simulator.now - started);
  record.end({ timeUs: simulator.now, elapsedUs: elapsed, totals, isInterrupted: !isFinished });
  const verdicts = compareVerdicts(record.targets, network.truth);
  // A scan that was broken off has not come to all of them.
  if (isFinished) addUntold(verdicts, options, { told: record.targets, truth: network.truth });
  return {
    events: record.events,
    targets: record.targets,
    isFinished,
    elapsed,
    sent: totals.sent,
    overflowed: network.overflowed() - overflowedBefore,
    verdicts,
    announced: announcedBy(record.targets),
  };
}

/** What the residual errors of targets add up to; those without a figure are left out. */
function announcedBy(targets: readonly TargetEvent[]): number {
  let sum = 0;
  for (const { stats, ports } of targets) {
    if (ports.length > 0 && !Number.isNaN(stats.residualError)) sum += stats.residualError;
  }
  return sum;
}

function makeSimJob(options: SimScanOptions): Job {
  const seed = options.seed ?? 1;
  const random = new Random(seed);
  return makeJob(options, { seed, key: [random.uint32() | 0, random.uint32() | 0] });
}

/** Deals targets to workers, in turn. */
function dealOut(targets: TargetSet, workers: number): TargetSet[] {
  if (!Number.isInteger(workers) || workers < 1 || workers > MAX_WORKERS) {
    throw new RangeError(`Cannot use ${workers} as workers: give 1 to ${MAX_WORKERS}`);
  }
  if (workers === 1) return [targets];
  const hands = Array.from({ length: Math.min(workers, targets.size) }, (): TargetSpec[] => []);
  for (let place = 0; place < targets.size; place++) {
    hands[place % hands.length]!.push(targets.at(place));
  }
  return hands.map((specs) => TargetSet.ofSpecs(specs));
}

function makeWorker(
  network: VirtualNetwork,
  options: SimScanOptions & {
    readonly job: Job;
    readonly number: number;
    readonly record: Recorder;
  },
): SimWorker {
  const { job, number, record } = options;
  const firstPort = FIRST_PORT + number * LOCAL_PORTS.total;
  const lastPort = firstPort + LOCAL_PORTS.total - 1;
  assert(lastPort < PORT_COUNT, "The ports of all workers fit");
  const first = job.sourcePort ?? firstPort;
  const link = new SimLink(network.simulator, network.end, {
    ...options.link,
    address: network.scanner,
    localPorts: { first, last: job.sourcePort ?? lastPort },
  });
  return new SimWorker({ ...job, seed: (job.seed + number) >>> 0 }, {
    link,
    firstPort,
    emit: (event) => record.add(event),
    onStep: options.onStep,
  });
}

function startEvent(job: Job, options: SimScanOptions, now: Micros): ScanEvent {
  return {
    type: "start",
    version: VERSION,
    args: options.args ?? "",
    seed: job.seed,
    timeUs: now,
    targets: options.targets.size,
    plan: planOf(job),
    ports: job.ports,
  };
}

function sumOf(totals: readonly WorkerTotals[]): WorkerTotals {
  const sum = { sent: 0, received: 0, captureDropped: 0 };
  for (const { sent, received, captureDropped } of totals) {
    sum.sent += sent;
    sum.received += received;
    sum.captureDropped += captureDropped;
  }
  return sum;
}

/** Keeps the events of all workers in the order in which they happened. */
class Recorder {
  readonly events: ScanEvent[] = [];
  readonly targets: TargetEvent[] = [];
  readonly #tally = new Tally();
  readonly #onEvent: ((event: ScanEvent) => void) | undefined;

  constructor(onEvent: ((event: ScanEvent) => void) | undefined) {
    this.#onEvent = onEvent;
  }

  add(event: ScanEvent): void {
    this.events.push(event);
    this.#tally.add(event);
    if (event.type === "target") this.targets.push(event);
    this.#onEvent?.(event);
  }

  end(how: Parameters<Tally["end"]>[0]): void {
    this.add(this.#tally.end(how));
  }
}
