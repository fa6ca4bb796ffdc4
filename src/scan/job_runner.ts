/**
 * One worker's share of a scan over one link: targets in, events out. Synchronous and without a
 * clock of its own, so that the simulator runs it as a real worker does.
 */
import { Flow, type LocalPorts } from "engine/flow.ts";
import { Random } from "random";
import { type Micros, micros, MILLISECOND, NEVER } from "units";
import { formatAddress } from "wire/address.ts";
import { AddressTable } from "./address_table.ts";
import { Demux } from "./demux.ts";
import { Driver } from "./driver.ts";
import type { ScanEvent } from "./event.ts";
import { type Link, LinkError, type Route } from "./link.ts";
import type { Job, WorkerTotals } from "./messages.ts";
import type { TargetSpec } from "./target_spec.ts";
import { Packer } from "./packer.ts";
import { type TargetContext, type TargetEnd, TargetScan } from "./target_scan.ts";
import { TargetQueue } from "./target_queue.ts";

/** Local ports of a worker: 16 for the tries of probes, 64 that triggers rotate over. */
export const LOCAL_PORTS = { probes: 16, triggers: 64, total: 80 } as const;

/** Targets that are scanned at the same time by one worker. */
const MAX_ACTIVE = 8;

/** How long the loop may sleep: the stop flag must be seen, and samples are due. */
const LONGEST_SLEEP = 20 * MILLISECOND;

/** What a runner needs beside the job. */
export interface RunnerOptions {
  readonly link: Link;
  /** First of the {@linkcode LOCAL_PORTS} ports that the link captures. */
  readonly firstPort: number;
  /** CLOCK_REALTIME − CLOCK_MONOTONIC, µs. */
  readonly epoch: number;
  /** Called once, when the link has been asked for the last route. */
  readonly onRoutesKnown?: () => void;
  readonly emit: (event: ScanEvent) => void;
}

/** Steps a job to its end. */
export class JobRunner {
  readonly #job: Job;
  readonly #link: Link;
  readonly #table = new AddressTable();
  readonly #driver: Driver;
  readonly #random: Random;
  readonly #localPorts: LocalPorts;
  readonly #context: TargetContext;
  readonly #active: TargetScan[] = [];
  readonly #queue: TargetQueue;
  #maxRate: number;
  #pausedAt: Micros = NEVER;
  #stopped = false;
  #onRoutesKnown: (() => void) | undefined;

  constructor(job: Job, options: RunnerOptions) {
    this.#job = job;
    this.#maxRate = job.maxRate;
    this.#queue = new TargetQueue(job);
    this.#link = options.link;
    this.#onRoutesKnown = options.onRoutesKnown;
    this.#localPorts = localPorts(options.firstPort, job.sourcePort);
    const last = job.sourcePort ?? options.firstPort + LOCAL_PORTS.total - 1;
    const demux = new Demux(this.#table, {
      first: job.sourcePort ?? options.firstPort,
      last,
    });
    this.#driver = new Driver(options.link, {
      packer: new Packer(this.#table),
      demux,
      maxRate: job.maxRate,
    });
    this.#random = new Random(job.seed);
    const maxRate = () => this.#maxRate;
    this.#context = {
      epoch: options.epoch,
      get maxRate() {
        return maxRate();
      },
      samples: job.samples,
      skipSearch: job.skipSearch,
      searchOnly: job.searchOnly,
      emit: options.emit,
    };
  }

  /** True when every target has been reported. */
  get isDone(): boolean {
    return this.#active.length === 0 && (this.#stopped || this.#queue.isEmpty);
  }

  /** Counts of the link. */
  get totals(): WorkerTotals {
    const { sent, received, captureDropped } = this.#link.counters;
    return { sent, received, captureDropped };
  }

  /**
   * One step.
   *
   * @returns When the next one is due.
   * @throws {LinkError} If the link is gone; report what is known with {@linkcode stop}.
   */
  step(): Micros {
    if (this.isPaused) return this.#rest();
    while (!this.#stopped && this.#active.length < MAX_ACTIVE && this.#startNext());
    if (this.#queue.isEmpty) this.#endRoutes();
    const deadline = this.#driver.step();
    const now = this.#link.now();
    // From the end, since finished targets leave the list.
    for (let i = this.#active.length - 1; i >= 0; i--) this.#tend(this.#active[i]!, now);
    return micros(Math.min(deadline, now + LONGEST_SLEEP));
  }

  /** True while nothing is sent. */
  get isPaused(): boolean {
    return this.#pausedAt !== NEVER;
  }

  /** Sends nothing any more until {@linkcode resume}; what comes in still counts. */
  pause(): void {
    if (!this.isPaused) this.#pausedAt = this.#link.now();
  }

  /** Goes on after a pause, as if no time had passed. */
  resume(): void {
    if (!this.isPaused) return;
    const length = micros(this.#link.now() - this.#pausedAt);
    this.#pausedAt = NEVER;
    for (const scan of this.#active) scan.onPause(length);
  }

  /** Packets per second at most, from now on. */
  setMaxRate(rate: number): void {
    this.#maxRate = rate;
    this.#driver.setMaxRate(rate);
  }

  /** Gives a target up and reports what is known of it, if it is being scanned. */
  skip(address: Uint8Array): void {
    const ip = formatAddress(address);
    const scan = this.#active.find(({ spec }) => spec.ip === ip);
    if (scan === undefined) return;
    const now = this.#link.now();
    scan.drain(now);
    this.#finish(scan, now, "skipped");
  }

  /** Ends all targets early and reports what is known of them. */
  stop(): void {
    this.#stopped = true;
    const now = this.#link.now();
    for (const scan of [...this.#active]) {
      scan.drain(now);
      this.#finish(scan, now, "interrupted");
    }
  }

  /** Tells once that every target has its route. */
  #endRoutes(): void {
    this.#onRoutesKnown?.();
    this.#onRoutesKnown = undefined;
  }

  #rest(): Micros {
    this.#driver.rest();
    const now = this.#link.now();
    for (const scan of this.#active) scan.drain(now);
    return micros(now + LONGEST_SLEEP);
  }

  /** @returns False if there is none left. */
  #startNext(): boolean {
    const spec = this.#queue.next();
    if (spec === undefined) return false;
    const route = this.#findRoute(spec);
    if (route === undefined) return true;
    const now = this.#link.now();
    const index = this.#table.add(spec.address, route);
    const maxRate = () => this.#maxRate;
    const flow = new Flow({
      firstTarget: index,
      targetCount: 1,
      ports: spec.ports ?? this.#job.ports,
      likelyPorts: this.#job.likelyPorts,
      key: this.#job.key,
      random: this.#random.fork(),
      localPorts: this.#localPorts,
      timing: this.#job.timing,
      limits: {
        maxError: this.#job.maxError,
        minSilences: this.#job.minSilences,
        maxRetries: this.#job.maxRetries,
      },
      // Read by the flow whenever it sets its pace: the user may change it.
      get maxRate() {
        return maxRate();
      },
      skipSearch: this.#job.skipSearch,
      searchOnly: this.#job.searchOnly,
    });
    const scan = new TargetScan(spec, flow, { route, now, context: this.#context });
    this.#active.push(scan);
    if (!route.reachable) {
      this.#context.emit({
        type: "warning",
        ip: spec.ip,
        message: `${spec.ip} does not answer ARP on ${route.interfaceName}`,
      });
      this.#finish(scan, now, "down");
    } else {
      this.#driver.add(flow);
    }
    return true;
  }

  /** A target without a route is passed over, unless it is the only one. */
  #findRoute(spec: TargetSpec): Route | undefined {
    try {
      return this.#link.route(spec.address);
    } catch (error) {
      const isAlone = this.#queue.size === 1;
      if (isAlone || !(error instanceof LinkError) || error.code !== "no-route") throw error;
      this.#context.emit({ type: "warning", ip: spec.ip, message: error.message });
      return undefined;
    }
  }

  #tend(scan: TargetScan, now: Micros): void {
    if (scan.drain(now)) {
      this.#finish(scan, now, scan.end ?? "complete");
    } else if (scan.activeFor(now) > this.#job.hostTimeoutUs) {
      this.#finish(scan, now, "host-timeout");
    }
  }

  #finish(
    scan: TargetScan,
    now: Micros,
    because: TargetEnd,
  ): void {
    this.#active.splice(this.#active.indexOf(scan), 1);
    this.#driver.remove(scan.flow);
    this.#context.emit(scan.report(now, because));
  }
}

function localPorts(first: number, sourcePort: number | undefined): LocalPorts {
  if (sourcePort !== undefined) {
    return {
      probeFirst: sourcePort,
      probeCount: 1,
      triggerFirst: sourcePort,
      triggerCount: 1,
    };
  }
  return {
    probeFirst: first,
    probeCount: LOCAL_PORTS.probes,
    triggerFirst: first + LOCAL_PORTS.probes,
    triggerCount: LOCAL_PORTS.triggers,
  };
}

/** The code of an error from a link; anything else is a bug of ours. */
export function failureOf(error: unknown): { code: LinkError["code"] | "bug"; message: string } {
  if (error instanceof LinkError) return { code: error.code, message: error.message };
  const text = error instanceof Error ? error.stack ?? error.message : String(error);
  return { code: "bug", message: text };
}
