/**
 * The loop of a worker: step, wait, until the job is done or the stop flag is set. A worker in this
 * loop receives no messages and cannot be terminated, so it watches a shared word.
 */
import { assert } from "assertion";
import { MILLISECOND } from "units";
import { ScanControl } from "./control.ts";
import type { ScanEvent } from "./event.ts";
import { failureOf, JobRunner } from "./job_runner.ts";
import type { Link } from "./link.ts";
import type { Job, StartMessage, WorkerMessage } from "./messages.ts";
import { Obedience } from "./obedience.ts";

/** A link, opened for one job. */
export interface OpenedLink {
  readonly link: Link;
  /** First of the local ports that it captures. */
  readonly firstPort: number;
  /** CLOCK_REALTIME − CLOCK_MONOTONIC, µs. */
  readonly epoch: number;
  /** Called when the link will be asked for no further route: no socket has to be opened then. */
  readonly onRoutesKnown?: () => void;
}

/** Opens the link that a job needs. */
export type LinkOpener = (job: Job) => OpenedLink;

/** Events are passed on when this many wait (a message costs as much as a packet). */
const EVENTS_PER_MESSAGE = 64;

/** … or after so long, µs. */
const EVENT_DELAY = 10 * MILLISECOND;

/** What a worker's global scope offers. */
interface WorkerScope {
  onmessage: ((message: MessageEvent<StartMessage>) => void) | null;
  postMessage: (message: WorkerMessage) => void;
  close: () => void;
}

/** Waits for a job, runs it to its end and closes the worker. */
export function serveWorker(openLink: LinkOpener): void {
  const scope = globalThis as unknown as WorkerScope;
  assert(typeof scope.postMessage === "function", "serveWorker() runs in a worker");
  scope.onmessage = ({ data }) => {
    assert(data.type === "start", "A worker takes one job");
    runJob(data, openLink, scope);
    scope.close();
  };
  scope.postMessage({ type: "ready" });
}

function runJob(start: StartMessage, openLink: LinkOpener, scope: WorkerScope): void {
  const control = new ScanControl(start.control);
  const obedience = new Obedience(control);
  const outbox = new Outbox(scope);
  let opened: OpenedLink | undefined;
  let runner: JobRunner | undefined;
  try {
    opened = openLink(start.job);
    runner = new JobRunner(start.job, { ...opened, emit: (event) => outbox.add(event) });
    const { link } = opened;
    while (!runner.isDone && !control.isStopped) {
      obedience.apply(runner);
      const deadline = runner.step();
      outbox.flushIfDue(link.now());
      link.wait(deadline);
    }
    runner.stop();
    outbox.flush();
    scope.postMessage({ type: "done", totals: runner.totals });
  } catch (error) {
    runner?.stop();
    outbox.flush();
    scope.postMessage({ type: "failed", ...failureOf(error) });
  } finally {
    opened?.link.close();
  }
}

/** Gathers events into messages; an open port leaves at once. */
class Outbox {
  readonly #scope: WorkerScope;
  #events: ScanEvent[] = [];
  #flushedAt = 0;

  constructor(scope: WorkerScope) {
    this.#scope = scope;
  }

  add(event: ScanEvent): void {
    this.#events.push(event);
    const isUrgent = event.type === "port" || event.type === "target";
    if (isUrgent || this.#events.length >= EVENTS_PER_MESSAGE) this.flush();
  }

  flushIfDue(now: number): void {
    if (now - this.#flushedAt < EVENT_DELAY) return;
    this.#flushedAt = now;
    this.flush();
  }

  flush(): void {
    if (this.#events.length === 0) return;
    this.#scope.postMessage({ type: "events", events: this.#events });
    this.#events = [];
  }
}
