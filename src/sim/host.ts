/**
 * A machine in the virtual network: what it is (its profile, which many hosts may share) and what
 * it remembers. How it answers is in `host_group.ts`, `tcp_stack.ts` and `icmp_stack.ts`.
 */
import { Random } from "random";
import type { Micros } from "units";
import type { PortPolicy } from "./port_policy.ts";
import { type ReplyLimitOptions, ReplyLimits } from "./reply_limits.ts";

/** Linux's `tcp_synack_retries`. */
const SYN_ACK_RETRIES = 5;

/** Linux's `somaxconn`, which bounds what a listener may ask for. */
const BACKLOG = 4_096;

/** A time in which a host is not there: off, asleep, or out of reach. */
export interface Absence {
  readonly from: Micros;
  readonly until: Micros;
}

/** What a host is like. */
export interface HostProfile {
  readonly ports: PortPolicy;
  /** Answers ICMP echo. @default {true} */
  readonly echo?: boolean;
  /** Answers ICMP timestamp. @default {false} */
  readonly timestamp?: boolean;
  /** Answers ICMP address mask. @default {false} */
  readonly mask?: boolean;
  /** Answers UDP with ICMP port unreachable. @default {false} */
  readonly udp?: boolean;
  /** Answers a stray ACK with a RST; a stateful firewall drops it. @default {true} */
  readonly ack?: boolean;
  /** @default {{}} No limits. */
  readonly limits?: ReplyLimitOptions;
  /** Hops that its packets may take, before any. @default {64} */
  readonly ttl?: number;
  /** Receive window that SYN-ACKs state. @default {64240} */
  readonly window?: number;
  /** Maximum segment size that SYN-ACKs state; 0: no option. @default {1460} */
  readonly mss?: number;
  /**
   * Half-open connections that it keeps. Beyond, each SYN to an open port gets a new SYN-ACK, which
   * is not sent again: SYN cookies; with 0, a tarpit. @default {4096} Linux's `somaxconn`.
   */
  readonly backlog?: number;
  /**
   * Who sends the ICMP errors about ports, an address as a number: a firewall or router in front
   * of the host. @default {0} The host itself.
   */
  readonly errorsFrom?: number;
  /** When the host is not there: nothing arrives, nothing leaves. @default {[]} */
  readonly away?: readonly Absence[];
  /** Retransmissions of a SYN-ACK: after 1 s, 2 s more, 4 s more, … @default {5} As Linux. */
  readonly synAckRetries?: number;
}

/** A host that has been met: made on its first packet. */
export class Host {
  readonly address: number;
  readonly profile: HostProfile;
  readonly limits: ReplyLimits;
  /** Times that a SYN-ACK is sent again. */
  readonly synAckRetries: number;
  /** Half-open connections that it keeps at most, and how many there are. */
  readonly backlog: number;
  halfOpen = 0;
  /** Packets that reached it. */
  received = 0;

  /** @param seed For what is random in its limits. */
  constructor(address: number, profile: HostProfile, seed: number) {
    this.address = address;
    this.profile = profile;
    this.limits = new ReplyLimits(profile.limits ?? {}, new Random(seed));
    this.synAckRetries = profile.synAckRetries ?? SYN_ACK_RETRIES;
    this.backlog = profile.backlog ?? BACKLOG;
  }

  /** True while the host is not there. */
  isAway(now: Micros): boolean {
    const { away } = this.profile;
    if (away === undefined) return false;
    for (let i = 0; i < away.length; i++) {
      if (now >= away[i]!.from && now < away[i]!.until) return true;
    }
    return false;
  }
}
