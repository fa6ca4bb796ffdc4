/**
 * A scan's result read back from its JSON lines (`docs/json-lines.md`): what merging, comparing and
 * reporting work on. A file that was cut off counts for what it holds, also in its last, torn line
 * before the tear; types and fields that are not known are passed on or skipped.
 */
import { JSON_LINES_VERSION } from "./json_lines.ts";
import { formatRanges, parseRanges } from "./ranges.ts";

/** Fields of a line. */
export type Fields = Readonly<Record<string, unknown>>;

/** What is known of one target. */
export interface StoredTarget {
  /** Address. */
  readonly ip: string;
  /** Its `target` line; for a target without one, what its `port` lines tell. */
  readonly fields: Fields;
  /** False if the scan was cut off before the target was finished. */
  readonly isFinished: boolean;
}

/** What one file tells. */
export interface StoredResult {
  /** How messages call it. */
  readonly name: string;
  /** Its `start` line. */
  readonly start: Fields;
  /** Its `end` line; undefined if it was cut off. */
  readonly end: Fields | undefined;
  /** Targets that were up, in the order of the file. */
  readonly targets: ReadonlyMap<string, StoredTarget>;
  /** `port` lines as they stand there. */
  readonly ports: readonly Fields[];
}

/**
 * Reads the text of a file.
 *
 * @throws {SyntaxError} If it is not a result, or of a format that is not known.
 */
export function readResult(text: string, name: string): StoredResult {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const [start, ...rest] = lines.map((line, index) => parseLine(line, { index, lines, name }));
  if (start?.["type"] !== "start" || start["scanner"] !== "portbunny") {
    throw new SyntaxError(`Cannot read "${name}": it is not a result in JSON lines (-oJ)`);
  }
  if (start["format"] !== JSON_LINES_VERSION) {
    throw new SyntaxError(
      `Cannot read "${name}": it has format ${start["format"]}, known is ${JSON_LINES_VERSION}`,
    );
  }
  const known = rest.filter((fields) => fields !== undefined);
  const ports = known.filter(({ type }) => type === "port");
  return {
    name,
    start,
    end: known.find(({ type }) => type === "end"),
    targets: collectTargets(known, ports),
    ports,
  };
}

/** Ports of a state, ascending. */
export function portsOf(target: StoredTarget, state: string): number[] {
  const states = target.fields["states"];
  const text = typeof states === "object" && states !== null
    ? (states as Record<string, unknown>)[state]
    : undefined;
  return typeof text === "string" ? parseRanges(text) : [];
}

function parseLine(
  line: string,
  { index, lines, name }: { index: number; lines: readonly string[]; name: string },
): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value as Fields;
  } catch {
    // A crash may tear the last line; nothing else may be wrong.
    if (index > 0 && index === lines.length - 1) return undefined;
  }
  throw new SyntaxError(`Cannot read "${name}": its line ${index + 1} is not a JSON object`);
}

function collectTargets(
  lines: readonly Fields[],
  ports: readonly Fields[],
): Map<string, StoredTarget> {
  const targets = new Map<string, StoredTarget>();
  for (const fields of lines) {
    const ip = fields["ip"];
    if (fields["type"] !== "target" || typeof ip !== "string") continue;
    if (fields["state"] === "up") targets.set(ip, { ip, fields, isFinished: true });
  }
  const open = new Map<string, number[]>();
  for (const { ip, port } of ports) {
    if (typeof ip !== "string" || typeof port !== "number" || targets.has(ip)) continue;
    open.set(ip, [...open.get(ip) ?? [], port]);
  }
  for (const [ip, found] of open) {
    const states = { open: formatRanges(found.sort((a, b) => a - b)) };
    const fields = { type: "target", ip, state: "up", states, counts: { open: found.length } };
    targets.set(ip, { ip, fields, isFinished: false });
  }
  return targets;
}
