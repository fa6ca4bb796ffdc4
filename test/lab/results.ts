/**
 * What a scan said, read from its JSON lines, and judged by the plan of the host that was scanned.
 */
import { formatPorts, LAST_PORT, parseRanges, type PortPlan, truthOf } from "./ports.ts";

/** One line; its other fields depend on its type. */
export interface JsonLine {
  type: string;
  [field: string]: unknown;
}

/** The line that ends a target, as far as judging needs it. */
export interface TargetLine extends JsonLine {
  ip: string;
  state: "up" | "down" | "unknown";
  /** Port lists by state. */
  states?: Record<string, string>;
  /** Port lists by state and reason. */
  reasons?: Record<string, Record<string, string>>;
  "duration_us": number;
}

/** How a result is judged. */
export interface JudgeOptions {
  /**
   * The ports that were asked for.
   * @default all 65,535
   */
  ports?: readonly number[];
  /** True: the reasons have to be right, too, not only the states. */
  reasons: boolean;
}

/**
 * Reads JSON lines.
 *
 * @throws {SyntaxError} If a line is not an object: output is written line by line or not at all.
 */
export function parseLines(text: string): JsonLine[] {
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** The line that ends the first target, if there is one. */
export function targetLine(lines: readonly JsonLine[]): TargetLine | undefined {
  return lines.find(({ type }) => type === "target") as TargetLine | undefined;
}

/** What is wrong in a result, one text per kind of mistake; empty if nothing is. */
export function findMistakes(
  target: TargetLine | undefined,
  plan: PortPlan,
  options: JudgeOptions,
): string[] {
  if (target?.states === undefined) return ["the target was not reported as up"];
  const claims = claimsOf(target, options.reasons);
  const truth = truthOf(plan);
  const asked = options.ports ?? Array.from({ length: LAST_PORT }, (_, index) => index + 1);
  const mistakes = new Map<string, number[]>();
  for (const port of asked) {
    const { state, reason } = truth[port]!;
    const expected = options.reasons ? `${state} (${reason})` : state;
    const claim = claims[port] ?? "nothing";
    if (claim === expected) continue;
    const kind = `${claim} instead of ${expected}`;
    const ports = mistakes.get(kind) ?? [];
    ports.push(port);
    mistakes.set(kind, ports);
  }
  return [...mistakes].map(([kind, ports]) => `${kind}: ${formatPorts(ports)}`);
}

/** What was said of each port, by number; a port that is named twice is a claim of its own. */
function claimsOf({ states, reasons }: TargetLine, withReasons: boolean): (string | undefined)[] {
  const claims = new Array<string | undefined>(LAST_PORT + 1).fill(undefined);
  const claim = (ranges: string, words: string) => {
    for (const [first, last] of parseRanges(ranges)) {
      for (let port = first; port <= last; port++) {
        claims[port] = claims[port] === undefined ? words : `${claims[port]} and ${words}`;
      }
    }
  };
  for (const [state, ranges] of Object.entries(states ?? {})) {
    if (!withReasons) claim(ranges, state);
    for (const [reason, some] of withReasons ? Object.entries(reasons?.[state] ?? {}) : []) {
      claim(some, `${state} (${reason})`);
    }
  }
  return claims;
}
