/**
 * How many answers of each class a host gives in so much time. Hosts limit by class, each apart
 * from the others, and each system in its own way.
 */
import type { Random } from "random";
import type { Micros } from "units";
import { type Limiter, type LimiterOptions, makeLimiter } from "./limiter.ts";

/**
 * Classes of answers that hosts limit. `reset` is what closed ports send, `openReset` what an open
 * one sends to a segment that it does not expect.
 */
export const REPLY_CLASSES = [
  "synAck",
  "reset",
  "openReset",
  "echo",
  "timestamp",
  "mask",
  "unreachable",
] as const;
/** A class of answers. */
export type ReplyClass = (typeof REPLY_CLASSES)[number];

/** Limiters per class; where several are named, each has to agree. */
export type ReplyLimitOptions = { readonly [Class in ReplyClass]?: readonly LimiterOptions[] };

/** Linux limits ICMP errors only; RSTs, echo and timestamp replies are not limited (ip-sysctl). */
export const LINUX_LIMITS: ReplyLimitOptions = { unreachable: [{ kind: "linux-icmp" }] };

/** `net.inet.icmp.icmplim`, and `icmplim_jitter` of FreeBSD 14, which older ones do not have. */
const BSD_LIMIT: LimiterOptions = { kind: "second-counter", limit: 200, jitter: 16 };

/** FreeBSD counts per second and class (`badport_bandlim`); address masks are not answered. */
export const BSD_LIMITS: ReplyLimitOptions = {
  reset: [BSD_LIMIT],
  openReset: [BSD_LIMIT],
  echo: [BSD_LIMIT],
  timestamp: [BSD_LIMIT],
  unreachable: [BSD_LIMIT],
};

/** Solaris: 40 RSTs per second (`tcp_rst_sent_rate`), here of each class … */
const SOLARIS_RESETS: LimiterOptions = { kind: "second-counter", limit: 40 };

/** … and 10 ICMP errors in 100 ms (`icmp_err_burst`, `icmp_err_interval`). */
export const SOLARIS_LIMITS: ReplyLimitOptions = {
  reset: [SOLARIS_RESETS],
  openReset: [SOLARIS_RESETS],
  unreachable: [{ kind: "token-bucket", rate: 100, burst: 10 }],
};

/** The limits of one host, as they stand. */
export class ReplyLimits {
  readonly #limiters: Record<ReplyClass, Limiter[]>;
  /** Answers that were not given. */
  suppressed = 0;

  constructor(options: ReplyLimitOptions, random: Random) {
    const make = (replyClass: ReplyClass): Limiter[] =>
      (options[replyClass] ?? []).map((limit) => makeLimiter(limit, random));
    this.#limiters = {
      synAck: make("synAck"),
      reset: make("reset"),
      openReset: make("openReset"),
      echo: make("echo"),
      timestamp: make("timestamp"),
      mask: make("mask"),
      unreachable: make("unreachable"),
    };
  }

  /** True if one more answer of this class may leave for an address. */
  allow(replyClass: ReplyClass, now: Micros, remote: number): boolean {
    const limiters = this.#limiters[replyClass];
    for (let i = 0; i < limiters.length; i++) {
      if (limiters[i]!.allow(now, remote)) continue;
      this.suppressed++;
      return false;
    }
    return true;
  }
}
