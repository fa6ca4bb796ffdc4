/**
 * How many answers of each class a host gives in so much time. Hosts limit by class, each apart
 * from the others, and each system in its own way.
 */
import type { Micros } from "units";
import { type Limiter, type LimiterOptions, makeLimiter } from "./limiter.ts";

/** Classes of answers that hosts limit. */
export const REPLY_CLASSES = [
  "synAck",
  "reset",
  "echo",
  "timestamp",
  "mask",
  "unreachable",
] as const;
/** A class of answers. */
export type ReplyClass = (typeof REPLY_CLASSES)[number];

/** Limiters per class; where several are named, each has to agree. */
export type ReplyLimitOptions = { readonly [Class in ReplyClass]?: readonly LimiterOptions[] };

/**
 * Linux limits ICMP errors only: one per second and destination with a burst of 6
 * (`icmp_ratelimit`), and 1,000 per second with a burst of 50 for all (`icmp_msgs_per_sec`).
 * RSTs, echo and timestamp replies are not limited (ip-sysctl).
 */
export const LINUX_LIMITS: ReplyLimitOptions = {
  unreachable: [
    { kind: "token-bucket", rate: 1, burst: 6 },
    { kind: "token-bucket", rate: 1_000, burst: 50 },
  ],
};

/** FreeBSD counts per second and class, 200 of each (`net.inet.icmp.icmplim`). */
export const BSD_LIMITS: ReplyLimitOptions = {
  reset: [{ kind: "second-counter", limit: 200 }],
  echo: [{ kind: "second-counter", limit: 200 }],
  timestamp: [{ kind: "second-counter", limit: 200 }],
  unreachable: [{ kind: "second-counter", limit: 200 }],
};

/** Solaris 11: 40 RSTs per second; ICMP errors 10 in 100 ms. */
export const SOLARIS_LIMITS: ReplyLimitOptions = {
  reset: [{ kind: "second-counter", limit: 40 }],
  unreachable: [{ kind: "token-bucket", rate: 100, burst: 10 }],
};

/** The limits of one host, as they stand. */
export class ReplyLimits {
  readonly #limiters: Record<ReplyClass, Limiter[]>;
  /** Answers that were not given. */
  suppressed = 0;

  constructor(options: ReplyLimitOptions = {}) {
    this.#limiters = {
      synAck: (options.synAck ?? []).map(makeLimiter),
      reset: (options.reset ?? []).map(makeLimiter),
      echo: (options.echo ?? []).map(makeLimiter),
      timestamp: (options.timestamp ?? []).map(makeLimiter),
      mask: (options.mask ?? []).map(makeLimiter),
      unreachable: (options.unreachable ?? []).map(makeLimiter),
    };
  }

  /** True if one more answer of this class may leave. */
  allow(replyClass: ReplyClass, now: Micros): boolean {
    const limiters = this.#limiters[replyClass];
    for (let i = 0; i < limiters.length; i++) {
      if (limiters[i]!.allow(now)) continue;
      this.suppressed++;
      return false;
    }
    return true;
  }
}
