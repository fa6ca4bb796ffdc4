/**
 * A whole scan for programs that have a link and a loop of their own: the job runner between
 * `start` and `end`, stepped by its caller, who also does the waiting. Synchronous, without a
 * clock; where the link comes from is the caller's business.
 */
import { planOf } from "./plan.ts";
import { type Micros, NEVER } from "units";
import { VERSION } from "version";
import { ScanControl } from "./control.ts";
import type { ScanEvent } from "./event.ts";
import { makeJob } from "./job.ts";
import { JobRunner } from "./job_runner.ts";
import type { Link } from "./link.ts";
import type { Job } from "./messages.ts";
import { Obedience } from "./obedience.ts";
import type { ScanOptions } from "./options.ts";
import { Tally } from "./tally.ts";
import { TargetSet } from "./target_set.ts";

/** What an embedded scan is to do, and what it works with. */
export interface EmbeddedOptions {
  /**
   * What to scan and how. What belongs to sockets and workers (`interfaceName`, `source`, `signal`,
   * `workerUrl`) is the link's and the caller's business and has no effect.
   */
  readonly scan: ScanOptions;
  /** The way to the network. Its `wait` is never called. */
  readonly link: Link;
  /** First of the {@linkcode LOCAL_PORTS} local ports that nobody else uses. */
  readonly firstPort: number;
  /** What to add to the link's clock to get the wall clock, µs since 1970. */
  readonly epoch: number;
  /** Seed of everything random, if `scan` has none. */
  readonly seed: number;
  /** 64 random bits that no stranger knows: they keep forged answers out. */
  readonly key: readonly [number, number];
  /** Is told everything, the moment it happens: first `start`, last `end`. */
  readonly emit: (event: ScanEvent) => void;
}

/** See the file's comment. */
export class EmbeddedScan {
  readonly #options: EmbeddedOptions;
  readonly #job: Job;
  readonly #runner: JobRunner;
  readonly #obedience: Obedience;
  readonly #tally = new Tally();
  readonly #started: Micros;
  #isOver = false;

  /**
   * Begins a scan; nothing is sent before the first {@linkcode EmbeddedScan.step}.
   *
   * @throws {RangeError} If an option is out of its range.
   */
  constructor(options: EmbeddedOptions) {
    const { scan, link, firstPort, epoch, seed, key } = options;
    this.#options = options;
    this.#job = makeJob(scan, { seed, key });
    const emit = (event: ScanEvent) => this.#tell(event);
    this.#runner = new JobRunner(this.#job, { link, firstPort, epoch, emit });
    this.#obedience = new Obedience(scan.control ?? new ScanControl());
    this.#started = link.now();
    this.#tell({
      type: "start",
      version: VERSION,
      args: scan.args ?? "",
      seed: this.#job.seed,
      timeUs: this.#started + epoch,
      targets: TargetSet.fromData(this.#job.targets).size,
      plan: planOf(this.#job),
      ports: this.#job.ports,
    });
  }

  /** True after `end`. */
  get isDone(): boolean {
    return this.#isOver;
  }

  /**
   * Reads what came in, sends what is due.
   *
   * @returns When to call again at the latest, on the link's clock. A packet that comes in before
   * is a reason to call at once, but not a duty.
   * @throws {LinkError} If the link throws it; call {@linkcode EmbeddedScan.stop} then.
   */
  step(): Micros {
    if (this.#isOver) return NEVER;
    this.#obedience.apply(this.#runner);
    const deadline = this.#runner.step();
    if (!this.#runner.isDone) return deadline;
    this.#end(false);
    return NEVER;
  }

  /** Ends the scan early; what is known is told. */
  stop(): void {
    if (this.#isOver) return;
    this.#runner.stop();
    this.#end(true);
  }

  #tell(event: ScanEvent): void {
    this.#tally.add(event);
    this.#options.emit(event);
  }

  #end(isInterrupted: boolean): void {
    this.#isOver = true;
    const { link, epoch, emit } = this.#options;
    const now = link.now();
    emit(this.#tally.end({
      timeUs: now + epoch,
      elapsedUs: now - this.#started,
      totals: this.#runner.totals,
      isInterrupted,
    }));
  }
}
