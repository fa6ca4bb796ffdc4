/**
 * Open and closed are never confused: an answer says what it says, whatever was lost. Nor is a
 * reason believed that the network never gave.
 */
import type { Flow } from "engine/flow.ts";
import { PortState, Reason, REASON_NAMES, STATE_NAMES } from "engine/port_state.ts";
import type { Truth } from "sim/comparison.ts";
import { demand } from "./checker.ts";

/** Reasons that an ICMP error gives. */
const BY_ICMP: ReadonlySet<number> = new Set([
  Reason.PROTO_UNREACH,
  Reason.PORT_UNREACH,
  Reason.NET_PROHIBITED,
  Reason.HOST_PROHIBITED,
  Reason.ADMIN_PROHIBITED,
]);

/** What the check needs to know of the network. */
export interface TruthCheckOptions {
  readonly truth: Truth;
  /** The address of a flow's target. */
  readonly addressOf: (flow: Flow, pair: number) => number;
  /** True if an ICMP error that ends the matter is what a port really answers. */
  readonly isRejected: (address: number, port: number) => boolean;
}

/** Checks the verdict on a pair that has just changed. */
export function checkTruth(flow: Flow, pair: number, options: TruthCheckOptions): void {
  const address = options.addressOf(flow, pair);
  const port = flow.space.portOf(pair);
  const verdict = flow.outcomes.state[pair]! as PortState;
  const reason = flow.outcomes.reason[pair]! as Reason;
  const state = options.truth.stateOf(address, port);
  const isAnswer = verdict === PortState.OPEN || verdict === PortState.CLOSED;
  demand(
    !isAnswer || verdict === state,
    () => `port ${port} is called ${STATE_NAMES[verdict]}, and is ${STATE_NAMES[state]}`,
  );
  demand(
    !BY_ICMP.has(reason) || options.isRejected(address, port),
    () => `port ${port} is ${STATE_NAMES[state]}, "${REASON_NAMES[reason]}" was believed`,
  );
}
