/** Text tables: columns as wide as what stands in them, numbers to the right. */

/** One column. */
export interface Column {
  title: string;
  /** Numbers stand at the right, so that their digits line up. @default {"left"} */
  align?: "left" | "right";
}

/** A table of text. */
export interface Table {
  columns: readonly Column[];
  rows: readonly (readonly string[])[];
}

/** Between two columns. */
const GAP = "  ";

/** The table as text for a terminal, its titles underlined. */
export function formatTable({ columns, rows }: Table): string {
  const titles = columns.map(({ title }) => title);
  const widths = columns.map((_, at) =>
    Math.max(...[titles, ...rows].map((row) => lengthOf(row[at] ?? "")))
  );
  const line = (cells: readonly string[]): string =>
    columns.map(({ align }, at) => pad(cells[at] ?? "", { width: widths[at]!, align }))
      .join(GAP).trimEnd() + "\n";
  return line(titles) + line(widths.map((width) => "─".repeat(width))) + rows.map(line).join("");
}

/** The table in Markdown. */
export function formatMarkdown({ columns, rows }: Table): string {
  const line = (cells: readonly string[]): string =>
    `| ${columns.map((_, at) => (cells[at] ?? "").replaceAll("|", "\\|")).join(" | ")} |\n`;
  return line(columns.map(({ title }) => title)) +
    line(columns.map(({ align }) => align === "right" ? "--:" : ":--")) +
    rows.map(line).join("");
}

/** Fills a cell up to a width. */
function pad(text: string, { width, align }: { width: number; align: Column["align"] }): string {
  const space = " ".repeat(width - lengthOf(text));
  return align === "right" ? space + text : text + space;
}

/** Characters of a text as people count them. */
function lengthOf(text: string): number {
  return [...text].length;
}
