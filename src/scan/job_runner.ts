/**
 * One worker's share of a scan over one link: targets in, events out. Synchronous and without a
 * clock of its own, so that the simulator runs it as a real worker does.
 */
import type { Flow } from "engine/flow.ts";
import { blockQuestions, type Questions } from "engine/trigger/questions.ts";
import { type Micros, micros, MILLISECOND, NEVER } from "units";
import { formatAddress } from "wire/address.ts";
import { AddressTable } from "./address_table.ts";
import { Admission } from "./admission.ts";
import { type BlockEnd, BlockScan, type Found } from "./block_scan.ts";
import { BlockSource } from "./block_source.ts";
import { Demux } from "./demux.ts";
import { Driver } from "./driver.ts";
import type { ScanEvent } from "./event.ts";
import { FlowMaker, LOCAL_PORTS } from "./flow_maker.ts";
import { type Link, LinkError, type Route } from "./link.ts";
import { LoadMeter } from "./load_meter.ts";
import type { Job, WorkerTotals } from "./messages.ts";
import { NeighborSearch } from "./neighbor_search.ts";
import { Packer } from "./packer.ts";
import { type Plan, planOf } from "./plan.ts";
import { RouteFinder } from "./route_finder.ts";
import { type TargetContext, targetWithoutPorts } from "./target_report.ts";
import { TargetQueue } from "./target_queue.ts";
import { type TargetEnd, TargetScan } from "./target_scan.ts";
import type { TargetSpec } from "./target_spec.ts";

export { LOCAL_PORTS };

/** Blocks at once: the next one begins while the last answers of one are waited for. */
const MAX_BLOCKS = 2;

/** Targets that a search may be ahead of the scan. */
const MAX_FOUND = 1_024;

/** Targets up to so many are told one by one if they are down. */
const TOLD_ONE_BY_ONE = 4_096;

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
  readonly #plan: Plan;
  readonly #link: Link;
  readonly #queue: TargetQueue;
  readonly #table = new AddressTable();
  readonly #driver: Driver;
  readonly #flows: FlowMaker;
  readonly #routes: RouteFinder;
  readonly #context: TargetContext;
  readonly #neighbors: NeighborSearch;
  readonly #source: BlockSource;
  readonly #admission: Admission;
  readonly #active: TargetScan[] = [];
  readonly #blocks: BlockScan[] = [];
  /** Targets that are up and wait for their scan. */
  readonly #found: Found[] = [];
  /** Counts of flows that are over. */
  readonly #past = { sent: 0, lost: 0 };
  readonly #load = new LoadMeter();
  #maxRate: number;
  #pausedAt: Micros = NEVER;
  #stopped = false;
  #onRoutesKnown: (() => void) | undefined;

  constructor(job: Job, options: RunnerOptions) {
    const { link, emit } = options;
    this.#job = job;
    this.#maxRate = job.maxRate;
    this.#plan = planOf(job);
    this.#link = link;
    this.#queue = new TargetQueue(job);
    this.#onRoutesKnown = options.onRoutesKnown;
    this.#flows = new FlowMaker(job, {
      firstPort: options.firstPort,
      maxRate: () => this.#maxRate,
    });
    this.#driver = new Driver(link, {
      packer: new Packer(this.#table),
      demux: new Demux(this.#table, this.#flows.ports),
      maxRate: job.maxRate,
    });
    const maxRate = () => this.#maxRate;
    const load = this.#load;
    this.#context = {
      epoch: options.epoch,
      get isBusy() {
        return load.isFull;
      },
      get maxRate() {
        return maxRate();
      },
      samples: job.samples,
      skipSearch: job.skipSearch,
      searchOnly: job.searchOnly,
      emit,
    };
    this.#admission = new Admission(job.maxActive);
    this.#routes = new RouteFinder(link, { emit, isAlone: this.#queue.size === 1 });
    this.#neighbors = new NeighborSearch((route) => link.solicit(route));
    this.#source = new BlockSource({
      queue: this.#queue,
      routes: this.#routes,
      table: this.#table,
      neighbors: this.#neighbors,
    });
  }

  /** True when every target has been reported. */
  get isDone(): boolean {
    const isIdle = this.#active.length + this.#blocks.length === 0;
    return isIdle && (this.#stopped ||
      this.#queue.isEmpty && this.#found.length + this.#neighbors.size === 0);
  }

  /** Flows that are not done: for whoever checks what must always hold. */
  get flows(): readonly Flow[] {
    return this.#driver.flows;
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
    if (!this.#stopped) this.#admit();
    if (this.#queue.isEmpty && this.#neighbors.size === 0) this.#endRoutes();
    const begin = this.#link.now();
    const deadline = this.#driver.step();
    const now = this.#link.now();
    this.#load.onStep(begin, now);
    this.#tendNeighbors(now);
    // From the end, since what is finished leaves the list.
    for (let i = this.#active.length - 1; i >= 0; i--) this.#tend(this.#active[i]!, now);
    for (let i = this.#blocks.length - 1; i >= 0; i--) this.#tendBlock(this.#blocks[i]!, now);
    const waited = Math.min(deadline, this.#neighbors.nextDeadline, now + LONGEST_SLEEP);
    return this.#isReady ? now : micros(waited);
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
    const now = this.#link.now();
    for (const { flow } of this.#blocks) flow.handleStall(length, now);
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
    for (const block of [...this.#blocks]) {
      block.drain(now);
      this.#finishBlock(block, now, "interrupted");
    }
  }

  /** True if something that waits may begin. */
  get #isReady(): boolean {
    const hasRoom = this.#active.length < this.#admission.limit;
    return !this.#stopped && hasRoom && this.#found.length > 0;
  }

  /** Begins what may begin. */
  #admit(): void {
    this.#admission.update(this.#link.now(), this.#traffic());
    while (this.#isReady) this.#startFound(this.#found.shift()!);
    if (this.#plan === "each") {
      while (this.#active.length < this.#admission.limit && this.#startNext());
      return;
    }
    const isBusy = this.#blocks.some(({ flow }) => !flow.hasAskedAll);
    if (isBusy || this.#blocks.length >= MAX_BLOCKS || this.#found.length >= MAX_FOUND) return;
    if (!this.#queue.isEmpty) this.#startBlock();
  }

  #traffic(): { sent: number; lost: number } {
    const sum = { ...this.#past };
    for (const { flow } of this.#active) {
      const { probes, triggers, losses } = flow.stats;
      sum.sent += probes + triggers;
      sum.lost += losses;
    }
    return sum;
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
    const route = this.#routes.wait(spec);
    if (route === undefined) return true;
    if (route.reachable) {
      this.#start(spec, { route });
    } else {
      this.#context.emit({
        type: "warning",
        ip: spec.ip,
        message: `${spec.ip} does not answer ARP on ${route.interfaceName}`,
      });
      this.#tellDown([spec], this.#link.now());
    }
    return true;
  }

  #startFound(found: Found): void {
    if (!this.#job.searchOnly) return this.#start(found.spec, { route: found.route, found });
    const { spec, reason, ttl, rtt } = found;
    const who = spec.name === undefined ? { ip: spec.ip } : { ip: spec.ip, name: spec.name };
    this.#context.emit({ type: "target-up", ...who, reason, ttl, rttUs: rtt });
    this.#context.emit(targetWithoutPorts(spec, {
      state: "up",
      reason,
      timeUs: this.#link.now() + this.#context.epoch,
    }));
  }

  #start(spec: TargetSpec, { route, found }: { route: Route; found?: Found }): void {
    const now = this.#link.now();
    const flow = this.#flows.make(route, {
      firstTarget: this.#table.add(spec.address, route),
      targetCount: 1,
      ...(spec.ports === undefined ? {} : { ports: spec.ports }),
      ...(found?.known === undefined ? {} : { known: found.known }),
      // Who has answered ARP is up, even if nothing else is answered.
      ...(found !== undefined && found.known === undefined ? { skipSearch: true } : {}),
    });
    const options = { route, now, context: this.#context };
    const withFound = found === undefined ? options : { ...options, found };
    this.#active.push(new TargetScan(spec, flow, withFound));
    this.#driver.add(flow);
  }

  #startBlock(): void {
    const taken = this.#source.take();
    if (taken.unreachable.length > 0) this.#tellDown(taken.unreachable, this.#link.now());
    const { block } = taken;
    if (block === undefined) return;
    const isSearch = this.#plan === "search";
    const flow = this.#flows.make(block.members.routeOf(0), {
      firstTarget: block.firstTarget,
      targetCount: block.members.size,
      ...(isSearch ? searchOptions(this.#job) : {}),
    });
    this.#blocks.push(
      new BlockScan(flow, {
        members: block.members,
        now: this.#link.now(),
        context: this.#context,
        onFound: isSearch ? (found) => this.#found.push(found) : undefined,
      }),
    );
    this.#driver.add(flow);
  }

  #tendNeighbors(now: Micros): void {
    for (let it = this.#link.pollReachable(); it; it = this.#link.pollReachable()) {
      const spec = this.#neighbors.take(it);
      if (spec === undefined) continue;
      const reason = "arp-response";
      this.#found.push({ spec, route: it, reason, ttl: 0, rtt: NaN, known: undefined });
    }
    if (this.#stopped) return;
    const absent = this.#neighbors.step(now);
    if (absent.length > 0) this.#tellDown(absent, now);
  }

  #tend(scan: TargetScan, now: Micros): void {
    if (scan.drain(now)) {
      this.#finish(scan, now, scan.end ?? "complete");
    } else if (scan.activeFor(now) > this.#job.hostTimeoutUs) {
      this.#finish(scan, now, "host-timeout");
    }
  }

  #tendBlock(block: BlockScan, now: Micros): void {
    if (block.drain(now)) this.#finishBlock(block, now, block.end ?? "complete");
  }

  #finish(
    scan: TargetScan,
    now: Micros,
    because: TargetEnd,
  ): void {
    this.#active.splice(this.#active.indexOf(scan), 1);
    this.#forget(scan.flow);
    this.#context.emit(scan.report(now, because));
  }

  #finishBlock(block: BlockScan, now: Micros, because: BlockEnd): void {
    this.#blocks.splice(this.#blocks.indexOf(block), 1);
    this.#forget(block.flow);
    for (const event of block.report(now, because)) this.#context.emit(event);
    // What was not asked to the end is not known to be down.
    if (because === "interrupted") return;
    if (this.#queue.size <= TOLD_ONE_BY_ONE) this.#tellDown([...block.down()], now);
    else this.#tellDownCount(block.downCount, now);
  }

  #forget(flow: Flow): void {
    const { probes, triggers, losses } = flow.stats;
    this.#past.sent += probes + triggers;
    this.#past.lost += losses;
    this.#driver.remove(flow);
    this.#table.release(flow.space.firstTarget);
  }

  #tellDown(specs: readonly TargetSpec[], now: Micros): void {
    if (this.#queue.size > TOLD_ONE_BY_ONE) return this.#tellDownCount(specs.length, now);
    const timeUs = now + this.#context.epoch;
    for (const spec of specs) {
      this.#context.emit(
        targetWithoutPorts(spec, { state: "down", reason: "no-response", timeUs }),
      );
    }
  }

  #tellDownCount(count: number, now: Micros): void {
    if (count === 0) return;
    this.#context.emit({ type: "down", count, timeUs: now + this.#context.epoch });
  }
}

/** A search asks once and proves nothing by silences. */
function searchOptions(job: Job): {
  questions: Questions;
  limits: { maxError: number; minSilences: number; maxRetries: number };
} {
  const asked = new Set(job.ports);
  const likely = job.likelyPorts.filter((port) => asked.has(port));
  return {
    questions: blockQuestions(likely.length > 0 ? likely : [...job.ports.subarray(0, 2)]),
    limits: { maxError: job.maxError, minSilences: 1, maxRetries: 0 },
  };
}

/** The code of an error from a link; anything else is a bug of ours. */
export function failureOf(error: unknown): { code: LinkError["code"] | "bug"; message: string } {
  if (error instanceof LinkError) return { code: error.code, message: error.message };
  const text = error instanceof Error ? error.stack ?? error.message : String(error);
  return { code: "bug", message: text };
}
