/** How far a scan is, from its events: the figures behind every form of status. */
import { PortState } from "engine/port_state.ts";
import type { SampleEvent, ScanEvent } from "scan/event.ts";

/** What holds a scan back, in words for people. */
const LIMITS: Readonly<Record<SampleEvent["limitedBy"], string>> = {
  "path": "path",
  "rate limit": "target's rate limit",
  "max-rate": "--max-rate",
  "cpu": "CPU",
  "search": "search for signs of life",
  "waiting": "silence",
};

/** The figures of one moment. */
export interface Snapshot {
  /** Since the scan began, µs. */
  elapsedUs: number;
  /** Share of the work that is done, 0 to 1. */
  share: number;
  /** Estimated, µs; NaN if there is nothing to estimate from. */
  remainingUs: number;
  /** Targets in all, those that are finished, those of them that are up, those at work. */
  targets: number;
  finished: number;
  up: number;
  running: number;
  /** Open ports so far. */
  open: number;
  /** Packets per second. */
  rate: number;
  /** Packets sent by the targets that are being scanned, and those of them that are lost. */
  sent: number;
  lost: number;
  /** Packets in flight at the most, and now, of all that are being scanned. */
  cwnd: number;
  inFlight: number;
  /** Smoothed round trip of the target that was heard of last, µs; NaN if unknown. */
  srttUs: number;
  /** What holds the rate down; empty before anything is known. */
  limitedBy: string;
}

/** See the file's comment. */
export class Progress {
  readonly #startMs: number;
  /** The latest sample of each target that is being scanned, the one that began first in front. */
  readonly #running = new Map<string, SampleEvent>();
  #targets = 1;
  #finished = 0;
  #up = 0;
  #finishedOpen = 0;
  #latest: SampleEvent | undefined;

  constructor(nowMs: number) {
    this.#startMs = nowMs;
  }

  /** Takes note of an event. */
  update(event: ScanEvent): void {
    switch (event.type) {
      case "start":
        this.#targets = event.targets;
        return;
      case "sample":
        this.#running.set(event.ip, event);
        this.#latest = event;
        return;
      case "down":
        this.#finished += event.count;
        return;
      case "target":
        this.#running.delete(event.ip);
        this.#finished++;
        if (event.state === "up") this.#up++;
        for (const state of event.states) {
          if (state === PortState.OPEN) this.#finishedOpen++;
        }
    }
  }

  /** The target that has been scanned for the longest time; undefined if none is. */
  get eldest(): SampleEvent | undefined {
    return this.#running.values().next().value;
  }

  /** The figures of this moment. */
  at(nowMs: number): Snapshot {
    const snapshot: Snapshot = {
      elapsedUs: (nowMs - this.#startMs) * 1_000,
      share: this.#finished,
      remainingUs: NaN,
      targets: this.#targets,
      finished: this.#finished,
      up: this.#up,
      running: this.#running.size,
      open: this.#finishedOpen,
      rate: 0,
      sent: 0,
      lost: 0,
      cwnd: 0,
      inFlight: 0,
      srttUs: this.#latest?.srttUs ?? NaN,
      limitedBy: this.#latest === undefined ? "" : LIMITS[this.#latest.limitedBy],
    };
    for (const sample of this.#running.values()) add(snapshot, sample);
    snapshot.share = Math.min(snapshot.share / Math.max(this.#targets, 1), 1);
    snapshot.remainingUs = this.#remaining(snapshot);
    return snapshot;
  }

  /** A target knows best about itself; of several the time so far is the only guide. */
  #remaining({ elapsedUs, share }: Snapshot): number {
    if (this.#targets === 1) return this.eldest?.remainingUs ?? NaN;
    return share > 0 ? elapsedUs * (1 - share) / share : NaN;
  }
}

function add(snapshot: Snapshot, sample: SampleEvent): void {
  snapshot.share += sample.total > 0 ? sample.done / sample.total : 0;
  snapshot.rate += sample.sendRate;
  snapshot.sent += sample.sent;
  snapshot.lost += sample.lost;
  snapshot.open += sample.open;
  snapshot.cwnd += sample.cwnd;
  snapshot.inFlight += sample.inFlight;
}
