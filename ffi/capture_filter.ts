/**
 * What a capture lets through: TCP to our own ports, and the ICMP messages that can be answers.
 * Everything else is dropped in the kernel, where it costs least.
 */

/**
 * ICMP types that can be answers: echo reply, unreachable, source quench, time exceeded, timestamp
 * reply, address mask reply (IANA).
 */
export const ICMP_ANSWERS = [0, 3, 4, 11, 14, 18] as const;

/** A run of consecutive local ports. */
export interface PortRun {
  readonly first: number;
  readonly count: number;
}

/** The filter as an expression of pcap-filter(7). */
export function filterExpression({ first, count }: PortRun): string {
  const types = ICMP_ANSWERS.map((type) => `icmp[0] = ${type}`).join(" or ");
  return `(tcp and dst portrange ${first}-${first + count - 1}) or (icmp and (${types}))`;
}
