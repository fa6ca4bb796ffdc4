/** The ports of a finished target, grouped by state and by reason. */
import {
  type PortState,
  PortState as State,
  REASON_NAMES,
  type ReasonName,
  STATE_NAMES,
  type StateName,
} from "engine/port_state.ts";
import type { TargetEvent } from "scan/event.ts";

/** Ports of one state, and of these the ports of each reason. */
export interface PortGroup {
  /** The state that they share. */
  state: StateName;
  /** Ascending. */
  ports: number[];
  /** The same ports by reason. */
  reasons: Map<ReasonName, number[]>;
}

/** Order in which states are told: what people look for comes first. */
const ORDER: readonly PortState[] = [
  State.OPEN,
  State.CLOSED,
  State.FILTERED,
  State.CLOSED_FILTERED,
  State.UNKNOWN,
];

/** Groups the ports of a target; states that no port has are left out. */
export function groupPorts(target: TargetEvent): PortGroup[] {
  const groups = STATE_NAMES.map((state): PortGroup => ({ state, ports: [], reasons: new Map() }));
  target.ports.forEach((port, index) => {
    const group = groups[target.states[index] ?? State.UNKNOWN];
    if (group === undefined) return;
    group.ports.push(port);
    const reason = REASON_NAMES[target.reasons[index] ?? 0] ?? "none";
    const ports = group.reasons.get(reason);
    if (ports === undefined) group.reasons.set(reason, [port]);
    else ports.push(port);
  });
  return ORDER.map((state) => groups[state]!).filter(({ ports }) => ports.length > 0);
}
