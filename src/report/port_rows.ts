/** The ports of a finished target one by one, in words, and which of them are worth a row. */
import { PortState, REASON_NAMES, STATE_NAMES, type StateName } from "engine/port_state.ts";
import type { TargetEvent } from "scan/event.ts";
import { serviceName } from "scan/services.ts";
import type { PortGroup } from "./port_groups.ts";

/** What is known about one port. */
export interface PortRow {
  /** Its number. */
  port: number;
  /** What is known. */
  state: StateName;
  /** Why it is believed. */
  reason: string;
  /** Hops left when the answer arrived; 0 without one. */
  ttl: number;
  /** What the port is known for; `unknown` if nothing. */
  service: string;
}

/** The ports whose states are not told in one line, ascending. */
export function listedPorts(target: TargetEvent, hidden: readonly PortGroup[]): PortRow[] {
  const hiddenStates = new Set<string>(hidden.map(({ state }) => state));
  const rows: PortRow[] = [];
  target.ports.forEach((port, index) => {
    const state = STATE_NAMES[target.states[index] ?? 0] ?? "unknown";
    if (hiddenStates.has(state)) return;
    rows.push({
      port,
      state,
      reason: REASON_NAMES[target.reasons[index] ?? 0] ?? "none",
      ttl: target.ttls[index] ?? 0,
      service: serviceName(port) ?? "unknown",
    });
  });
  return rows;
}

/**
 * True if a target that is up is to be told of. When only open ports matter (`--open`), one without
 * any is passed over as in nmap, unless something was left undecided or no port was asked.
 */
export function isWorthTelling(
  { ports, states }: TargetEvent,
  { openOnly }: { openOnly: boolean },
): boolean {
  if (!openOnly || ports.length === 0) return true;
  return states.includes(PortState.OPEN) || states.includes(PortState.UNKNOWN);
}
