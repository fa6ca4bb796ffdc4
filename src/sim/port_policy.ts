/**
 * What the ports of a host do, without 64 KiB per host: explicit ports and a rule for the rest, or
 * shares decided by a hash of seed, address and port. Asking is O(1) and changes nothing.
 */
import { PortState } from "engine/port_state.ts";
import { PORT_COUNT } from "units";
import { UnreachableCode } from "wire/icmp.ts";
import { unitHash } from "./hash.ts";

/** What a port does with a SYN. */
export const PortRule = {
  /** Nothing comes back. */
  DROPPED: 0,
  OPEN: 1,
  CLOSED: 2,
  /** A firewall rejects with a RST: not to be told from closed. */
  RESET: 3,
} as const;
/** A {@linkcode PortRule}, or {@linkcode rejectWith} a code of ICMP unreachable. */
export type PortRule = number;

/** Rules from here on are ICMP unreachable with the code above it. */
const REJECT = 16;

/** The rule of a port that a firewall rejects with ICMP unreachable of this code. */
export function rejectWith(code: number): PortRule {
  return REJECT + code;
}

/** The code of ICMP unreachable that a rule answers with; -1 for the other rules. */
export function rejectCode(rule: PortRule): number {
  return rule >= REJECT ? rule - REJECT : -1;
}

/** What is true of a port with this rule. */
export function stateOf(rule: PortRule): PortState {
  switch (rule) {
    case PortRule.OPEN:
      return PortState.OPEN;
    case PortRule.CLOSED:
    case PortRule.RESET:
      return PortState.CLOSED;
    default:
      return PortState.FILTERED;
  }
}

/** Decides about the ports of one or many hosts. */
export interface PortPolicy {
  /** The rule of a port at an address (unsigned 32 bits). */
  ruleOf(address: number, port: number): PortRule;
}

/** Ports by what they do. */
export interface PortLists {
  readonly open?: readonly number[];
  readonly closed?: readonly number[];
  readonly dropped?: readonly number[];
  /** Rejected with a RST. */
  readonly reset?: readonly number[];
  /** Rejected with ICMP port unreachable (code 3). */
  readonly portUnreachable?: readonly number[];
  /** … host unreachable (1), as a router says it after ARP has failed. */
  readonly hostUnreachable?: readonly number[];
  /** … network prohibited (9). */
  readonly netProhibited?: readonly number[];
  /** … host prohibited (10). */
  readonly hostProhibited?: readonly number[];
  /** … administratively prohibited (13). */
  readonly adminProhibited?: readonly number[];
  /** All other ports. */
  readonly rest: "open" | "closed" | "dropped" | "reset";
}

const REST = {
  open: PortRule.OPEN,
  closed: PortRule.CLOSED,
  dropped: PortRule.DROPPED,
  reset: PortRule.RESET,
} as const;

/** Lists of ports, the same for every address that shares the table (64 KiB). */
export class PortTable implements PortPolicy {
  readonly #rules: Uint8Array;

  constructor(lists: PortLists) {
    this.#rules = new Uint8Array(PORT_COUNT).fill(REST[lists.rest]);
    this.#set(lists.dropped, PortRule.DROPPED);
    this.#set(lists.closed, PortRule.CLOSED);
    this.#set(lists.reset, PortRule.RESET);
    this.#set(lists.portUnreachable, rejectWith(UnreachableCode.PORT));
    this.#set(lists.hostUnreachable, rejectWith(UnreachableCode.HOST));
    this.#set(lists.netProhibited, rejectWith(UnreachableCode.NET_PROHIBITED));
    this.#set(lists.hostProhibited, rejectWith(UnreachableCode.HOST_PROHIBITED));
    this.#set(lists.adminProhibited, rejectWith(UnreachableCode.ADMIN_PROHIBITED));
    this.#set(lists.open, PortRule.OPEN);
  }

  ruleOf(_address: number, port: number): PortRule {
    return this.#rules[port]!;
  }

  #set(ports: readonly number[] | undefined, rule: PortRule): void {
    for (const port of ports ?? []) this.#rules[port] = rule;
  }
}

/** Shares of ports; what is left of 1 is dropped. */
export interface PortShares {
  readonly open: number;
  readonly closed: number;
}

/** Shares decided by a hash: no memory, any number of hosts. */
export class PortLottery implements PortPolicy {
  readonly #seed: number;
  readonly #shares: PortShares;

  constructor(shares: PortShares, seed: number) {
    this.#seed = seed;
    this.#shares = shares;
  }

  ruleOf(address: number, port: number): PortRule {
    const drawn = unitHash(this.#seed, address, port);
    if (drawn < this.#shares.open) return PortRule.OPEN;
    return drawn < this.#shares.open + this.#shares.closed ? PortRule.CLOSED : PortRule.DROPPED;
  }
}
