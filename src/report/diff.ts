/** What has changed between two results: targets that appeared or went, ports that opened. */
import { formatRanges } from "./ranges.ts";
import { portsOf, type StoredResult, type StoredTarget } from "./stored_result.ts";

/** States whose ports are compared; a port that was not asked is in none. */
const STATES = ["open", "closed", "filtered", "closed|filtered", "unknown"] as const;

/** What has changed about one target. */
export interface TargetChange {
  /** Address. */
  readonly ip: string;
  /** Whether it is there in both. */
  readonly kind: "appeared" | "went" | "changed";
  /** Ports that are open now and were not. */
  readonly opened: readonly number[];
  /** Ports that were open and are not now. */
  readonly shut: readonly number[];
}

/** Compares two results, as far as both asked; targets without a change are left out. */
export function diffResults(before: StoredResult, after: StoredResult): TargetChange[] {
  const changes: TargetChange[] = [];
  for (const ip of new Set([...before.targets.keys(), ...after.targets.keys()])) {
    const change = compare(ip, before.targets.get(ip), after.targets.get(ip));
    if (change !== undefined) changes.push(change);
  }
  return changes;
}

/** The changes for people, a line each. */
export function formatChanges(changes: readonly TargetChange[]): string {
  return changes.map(({ ip, kind, opened, shut }) => {
    const parts = [
      ...(kind === "changed" ? [] : [kind]),
      ...(opened.length > 0 ? [`open: ${formatRanges(opened)}`] : []),
      ...(shut.length > 0 ? [`no longer open: ${formatRanges(shut)}`] : []),
    ];
    const mark = { appeared: "+", went: "-", changed: "~" }[kind];
    return `${mark} ${ip} ${parts.join("; ")}\n`;
  }).join("");
}

function compare(
  ip: string,
  before: StoredTarget | undefined,
  after: StoredTarget | undefined,
): TargetChange | undefined {
  const was = before === undefined ? [] : portsOf(before, "open");
  const is = after === undefined ? [] : portsOf(after, "open");
  if (before === undefined) return { ip, kind: "appeared", opened: is, shut: [] };
  if (after === undefined) return { ip, kind: "went", opened: [], shut: was };
  const asked = askedOf(before).intersection(askedOf(after));
  const opened = is.filter((port) => asked.has(port) && !was.includes(port));
  const shut = was.filter((port) => asked.has(port) && !is.includes(port));
  if (opened.length + shut.length === 0) return undefined;
  return { ip, kind: "changed", opened, shut };
}

function askedOf(target: StoredTarget): Set<number> {
  return new Set(STATES.flatMap((state) => portsOf(target, state)));
}
