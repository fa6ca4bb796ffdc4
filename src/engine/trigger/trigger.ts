/**
 * Triggers: packets that the target is known to answer. One entry per (kind, target, port), with
 * what is known of its health.
 */
import { type Micros, micros, MILLISECOND } from "units";
import { Kind } from "../kind.ts";
import { ReplyClass } from "../outcomes.ts";

/** Ports for which middleboxes often answer in the host's place (nmap's survey of 2018). */
const SPOOFED_PORTS = new Set([25, 113, 135, 139, 445]);

/** Half-open connections that a trigger stream may leave per open port: it must not be a flood. */
export const MAX_HALF_OPEN = 8;

/** Time between two SYNs to one open port on the average: at most 200 per second … */
export const OPEN_INTERVAL = micros(5 * MILLISECOND);

/** … of which two may come at once: the ends of a train of packets, which is measured by them. */
export const OPEN_BURST = 2;

/** A packet that was answered before, and how it has fared since. */
export interface Trigger {
  readonly kind: Kind;
  readonly target: number;
  /** 0 for ICMP. */
  readonly port: number;
  readonly replyClass: ReplyClass;
  /** Preference, see {@linkcode rankOf}. */
  readonly rank: number;
  outstanding: number;
  /** Losses since its last answer. */
  lostInRow: number;
  /** Answers and losses of all triggers when the row began; its own row is not among them. */
  readonly rowStart: { answered: number; lost: number };
  lastSent: Micros;
  /** Of an open port: until when what was sent keeps it busy, one interval each. */
  busyUntil: Micros;
  dead: boolean;
}

/** How many ranks {@linkcode rankOf} gives. */
export const RANK_COUNT = 9;

/**
 * Preference among triggers, smaller is better: SYN → RST measures what probes meet and leaves no
 * state, SYN → SYN-ACK leaves a half-open connection, ACK → RST may pass where SYNs do not, the
 * rest fares as ICMP and UDP do. Ports that middleboxes answer for come last within TCP.
 */
export function rankOf(kind: Kind, port: number, replyClass: ReplyClass): number {
  if (kind === Kind.SYN) {
    return (replyClass === ReplyClass.RST ? 0 : 1) + (SPOOFED_PORTS.has(port) ? 2 : 0);
  }
  switch (kind) {
    case Kind.ACK:
      return 4;
    case Kind.ECHO:
      return 5;
    case Kind.TIMESTAMP:
      return 6;
    case Kind.MASK:
      return 7;
    default:
      return 8;
  }
}
