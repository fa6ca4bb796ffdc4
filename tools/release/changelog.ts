/** `CHANGELOG.md`: which versions there were, when, and what was new; and the same for Debian. */

/** One version. */
export interface ChangelogEntry {
  readonly version: string;
  /** As 2026-01-31. */
  readonly date: string;
  /** What was new, one sentence or more each. */
  readonly changes: readonly string[];
}

/** Who maintains the package, as Debian writes it. */
export const MAINTAINER = "The PortBunny developers <maintainers@portbunny.invalid>";

/** Columns of Debian's changelog. */
const LINE_WIDTH = 78;

/**
 * Reads all versions, the newest first.
 *
 * @throws {SyntaxError} If there is none, or one without a date or a change.
 */
export function parseChangelog(text: string): ChangelogEntry[] {
  const sections = text.split(/^## /m).slice(1);
  if (sections.length === 0) throw new SyntaxError("The changelog has no version");
  return sections.map((section) => {
    const [head = "", ...lines] = section.split("\n");
    const [, version, date] = /^(\d+\.\d+\.\d+) \((\d{4}-\d\d-\d\d)\)$/.exec(head) ?? [];
    const changes = lines.join(" ").replace(/\s+/g, " ").trim().split(/(?:^| )- /).slice(1);
    if (version === undefined || date === undefined || changes.length === 0) {
      throw new SyntaxError(`Cannot read the changelog at "${head}"`);
    }
    return { version, date, changes };
  });
}

/** The changelog in Debian's form (deb-changelog(5)). */
export function debianChangelog(entries: readonly ChangelogEntry[]): string {
  return entries.map((entry) =>
    [
      `portbunny (${entry.version}-1) unstable; urgency=medium`,
      "",
      ...entry.changes.flatMap((change) => wrap(change)),
      "",
      ` -- ${MAINTAINER}  ${rfcDate(entry)}`,
      "",
    ].join("\n")
  ).join("\n");
}

/** When a version was made, in seconds since 1970: the time of all files in what is built of it. */
export function secondsOf({ date }: ChangelogEntry): number {
  return Date.parse(date) / 1_000;
}

/** A day in the form of RFC 5322. */
function rfcDate(entry: ChangelogEntry): string {
  return new Date(secondsOf(entry) * 1_000).toUTCString().replace("GMT", "+0000");
}

/** One change, indented and broken into lines. */
function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = "  *";
  for (const word of text.split(" ")) {
    if (line.length + 1 + word.length > LINE_WIDTH) {
      lines.push(line);
      line = "   ";
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
