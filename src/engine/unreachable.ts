/** What the codes of ICMP unreachable say about a port (RFC 792, RFC 1812 §5.2.7.1). */
import { Reason } from "./port_state.ts";

/** The meaning of one code. */
export interface UnreachableMeaning {
  /** `NONE`: the code says nothing about the port. */
  readonly reason: Reason;
  /** True if the code ends the matter; false: it is a silence with a reason (a router's ARP). */
  readonly settles: boolean;
}

const NOTHING: UnreachableMeaning = { reason: Reason.NONE, settles: false };

/** Meanings by code. */
export const UNREACHABLE_MEANINGS: readonly UnreachableMeaning[] = [
  { reason: Reason.NET_UNREACH, settles: false },
  { reason: Reason.HOST_UNREACH, settles: false },
  { reason: Reason.PROTO_UNREACH, settles: true },
  { reason: Reason.PORT_UNREACH, settles: true },
  NOTHING,
  { reason: Reason.HOST_UNREACH, settles: false },
  NOTHING,
  NOTHING,
  NOTHING,
  { reason: Reason.NET_PROHIBITED, settles: true },
  { reason: Reason.HOST_PROHIBITED, settles: true },
  NOTHING,
  NOTHING,
  { reason: Reason.ADMIN_PROHIBITED, settles: true },
];
