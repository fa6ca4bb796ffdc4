/** What a transmission is on the wire, and which class of answer it draws. */

/**
 * Kinds of transmission. A probe is always a `SYN`; the others serve as triggers only, but for the
 * `RST`, which asks nothing.
 */
export const Kind = {
  /** TCP SYN. */
  SYN: 0,
  /** TCP ACK, which draws a RST and leaves no state at the target. */
  ACK: 1,
  /** ICMP echo request. */
  ECHO: 2,
  /** ICMP timestamp request. */
  TIMESTAMP: 3,
  /** ICMP address mask request. */
  MASK: 4,
  /** UDP to a port that is probably closed; draws ICMP port unreachable. */
  UDP: 5,
  /** TCP RST, which ends a half-open connection at the target and draws nothing. */
  RST: 6,
} as const;
/** A kind of transmission. */
export type Kind = (typeof Kind)[keyof typeof Kind];

/** How many kinds there are. */
export const KIND_COUNT = 7;

/** Names of the kinds, as people and files read them. */
export const KIND_NAMES = ["syn", "ack", "echo", "timestamp", "mask", "udp", "rst"] as const;
