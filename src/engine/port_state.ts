/** What can be known of a port, and why it is believed. Codes live in arrays, names in text. */

/** States of a port. Zero means that nothing has been concluded. */
export const PortState = {
  UNKNOWN: 0,
  OPEN: 1,
  CLOSED: 2,
  FILTERED: 3,
  /** Not open, and behind a reply limit that the user did not want to wait for. */
  CLOSED_FILTERED: 4,
} as const;
/** A state. */
export type PortState = (typeof PortState)[keyof typeof PortState];

/** Names of the states by code, as nmap writes them. */
export const STATE_NAMES = ["unknown", "open", "closed", "filtered", "closed|filtered"] as const;
/** Name of a state. */
export type StateName = (typeof STATE_NAMES)[number];

/** Why a state is believed. */
export const Reason = {
  NONE: 0,
  SYN_ACK: 1,
  RESET: 2,
  NO_RESPONSE: 3,
  /** A bare ACK for an earlier try: the connection is half-open, so the port is open. */
  ACK: 4,
  NET_UNREACH: 5,
  HOST_UNREACH: 6,
  PROTO_UNREACH: 7,
  PORT_UNREACH: 8,
  NET_PROHIBITED: 9,
  HOST_PROHIBITED: 10,
  ADMIN_PROHIBITED: 11,
  /** The target stopped answering: nothing can be concluded. */
  STOPPED_ANSWERING: 12,
} as const;
/** A reason. */
export type Reason = (typeof Reason)[keyof typeof Reason];

/** Names of the reasons by code, as nmap writes them where it has the thing. */
export const REASON_NAMES = [
  "none",
  "syn-ack",
  "reset",
  "no-response",
  "ack",
  "net-unreach",
  "host-unreach",
  "proto-unreach",
  "port-unreach",
  "net-prohibited",
  "host-prohibited",
  "admin-prohibited",
  "stopped-answering",
] as const;
/** Name of a reason. */
export type ReasonName = (typeof REASON_NAMES)[number];
