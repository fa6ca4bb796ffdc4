/**
 * What the ports of a lab host do, as a plan: the rules are made from it, and what a scanner should
 * find is read from it. Also port lists as results write them, `1-21,23`.
 */

/** Ports from the first to the last, both included. */
export type PortRange = readonly [first: number, last: number];

/** What the ports of a host do; a port in none of the lists is closed. */
export interface PortPlan {
  /** Someone listens. */
  open: readonly number[];
  /** The firewall drops without a word. */
  dropped: readonly PortRange[];
  /** The firewall answers with a reset. */
  reset: readonly PortRange[];
  /** The firewall answers with ICMP "communication administratively prohibited". */
  prohibited: readonly PortRange[];
}

/** What a scanner should find. */
export interface PortTruth {
  state: "open" | "closed" | "filtered";
  reason: "syn-ack" | "reset" | "no-response" | "admin-prohibited";
}

/** The last port there is. */
export const LAST_PORT = 65_535;

/** What a scanner should find at each port, by number; index 0 is not used. */
export function truthOf(plan: PortPlan): PortTruth[] {
  const truth = new Array<PortTruth>(LAST_PORT + 1);
  truth.fill({ state: "closed", reason: "reset" });
  for (const port of plan.open) truth[port] = { state: "open", reason: "syn-ack" };
  mark(truth, plan.dropped, { state: "filtered", reason: "no-response" });
  mark(truth, plan.reset, { state: "closed", reason: "reset" });
  mark(truth, plan.prohibited, { state: "filtered", reason: "admin-prohibited" });
  return truth;
}

/** All ports from the first to the last that are in no range and not in `except`. */
export function rangesWithout(except: readonly number[]): PortRange[] {
  const ranges: PortRange[] = [];
  let first = 1;
  for (const port of [...except].sort((a, b) => a - b)) {
    if (first < port) ranges.push([first, port - 1]);
    first = port + 1;
  }
  if (first <= LAST_PORT) ranges.push([first, LAST_PORT]);
  return ranges;
}

/** How many ports there are in ranges. */
export function countPorts(ranges: readonly PortRange[]): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/**
 * Reads a port list as results write it.
 *
 * @throws {SyntaxError} If it is not one.
 */
export function parseRanges(text: string): PortRange[] {
  if (text === "") return [];
  return text.split(",").map((item) => {
    const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(item) ??
      raise(new SyntaxError(`Cannot read "${item}" in the port list "${text}"`));
    return [Number(first), Number(last ?? first)] as const;
  });
}

/** Writes ports, ascending, as a list of ranges. */
export function formatPorts(ports: readonly number[]): string {
  return rangesOf(ports).map(([first, last]) => first === last ? `${first}` : `${first}-${last}`)
    .join();
}

/** Ports, ascending, as the fewest ranges. */
export function rangesOf(ports: readonly number[]): PortRange[] {
  const ranges: [number, number][] = [];
  for (const port of ports) {
    const open = ranges.at(-1);
    if (open !== undefined && open[1] === port - 1) open[1] = port;
    else ranges.push([port, port]);
  }
  return ranges;
}

/** Writes one truth into all ports of ranges. */
function mark(truth: PortTruth[], ranges: readonly PortRange[], value: PortTruth): void {
  for (const [first, last] of ranges) truth.fill(value, first, last + 1);
}

/** Throws, where an expression is wanted. */
function raise(error: Error): never {
  throw error;
}
