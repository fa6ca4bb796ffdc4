/**
 * What the main thread and a worker say to each other. Typed arrays are copied, not transferred.
 */
import type { LinkError } from "./link.ts";
import type { ScanEvent } from "./event.ts";
import type { Shard } from "./target_queue.ts";
import type { TargetSetData } from "./target_set.ts";

/** A worker's share of a scan: {@linkcode ScanOptions} with every default filled in. */
export interface Job {
  readonly targets: TargetSetData;
  /** Which part of the targets is this scan's. */
  readonly shard: Shard;
  readonly ports: Uint16Array;
  /** Ports to ask first, the likeliest first. */
  readonly likelyPorts: readonly number[];
  readonly skipSearch: boolean;
  readonly searchOnly: boolean;
  readonly interfaceName: string | undefined;
  readonly source: Uint8Array | undefined;
  readonly sourcePort: number | undefined;
  readonly maxRate: number;
  /** Targets with flows of their own at the same time, at most. */
  readonly maxActive: number;
  readonly maxRetries: number;
  readonly minSilences: number;
  readonly maxError: number;
  /** Infinity: none. */
  readonly hostTimeoutUs: number;
  readonly timing: string;
  readonly seed: number;
  /** 64 secret bits for the tags. */
  readonly key: readonly [number, number];
  readonly samples: boolean;
}

/** Main to worker. */
export interface StartMessage {
  readonly type: "start";
  readonly job: Job;
  /** Memory of the {@linkcode ScanControl}: a worker in its loop reads no messages. */
  readonly control: SharedArrayBuffer;
}

/** Worker to main. */
export type WorkerMessage =
  | { readonly type: "ready" }
  | { readonly type: "events"; readonly events: ScanEvent[] }
  | { readonly type: "failed"; readonly code: LinkError["code"] | "bug"; readonly message: string }
  | { readonly type: "done"; readonly totals: WorkerTotals };

/** Counts of one worker at its end. */
export interface WorkerTotals {
  readonly sent: number;
  readonly received: number;
  readonly captureDropped: number;
}
