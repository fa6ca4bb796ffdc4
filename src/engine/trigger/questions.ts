/**
 * What each target of a block is asked until it has answered something: one kind per pass over the
 * block, the likeliest first, ten packets, and two more where some may have been lost. In a large
 * block a target has long answered before the next pass asks it again.
 */
import { Kind } from "../kind.ts";

/** Columns of questions, in the order of passes. */
export interface Questions {
  /** Ports, 0 where the kind has none. */
  readonly ports: Uint16Array;
  /** {@linkcode Kind} of each. */
  readonly kinds: Uint8Array;
}

/** Packets that a dead host may cost (professionals do not scan hosts that are powered off). */
export const MAX_QUESTIONS = 12;

/** A high UDP port on which nobody listens (nmap's choice as well). */
const UDP_PORT = 40_125;

/** Ports of the scan's own that are asked, beside the common ones. */
const OWN_PORTS = 2;

/**
 * By nmap's survey of May 2009, share of the hosts that answer: echo 62.5 %, SYN 443 44.2, ACK 80
 * 43.3, SYN 80 42.5, SYN 22 38.8, SYN 3389 37.5, timestamp 36.7, UDP 31.2. Address mask, 4.2,
 * is not worth a pass.
 */
const COMMON: readonly (readonly [Kind, number])[] = [
  [Kind.ECHO, 0],
  [Kind.SYN, 443],
  [Kind.ACK, 80],
  [Kind.SYN, 80],
  [Kind.SYN, 22],
  [Kind.TIMESTAMP, 0],
  [Kind.SYN, 3_389],
  [Kind.UDP, UDP_PORT],
];

/** Where the scan's own ports stand: behind the first three. */
const OWN_PLACE = 3;

/** The questions of a scan; `likely` are its ports, the likeliest first. */
export function blockQuestions(likely: readonly number[]): Questions {
  const common = new Set(COMMON.filter(([kind]) => kind === Kind.SYN).map(([, port]) => port));
  const own = likely.filter((port) => !common.has(port)).slice(0, OWN_PORTS);
  const asked: (readonly [Kind, number])[] = [...COMMON];
  asked.splice(OWN_PLACE, 0, ...own.map((port) => [Kind.SYN, port] as const));
  return {
    ports: Uint16Array.from(asked, ([, port]) => port),
    kinds: Uint8Array.from(asked, ([kind]) => kind),
  };
}
