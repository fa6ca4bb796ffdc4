/** Colours for terminals: what a piece of text is, as escape sequences (ECMA-48 SGR) around it. */

/** Marks pieces of text by what they are. */
export interface Style {
  /** What one looks for: open ports, what is done. */
  good(text: string): string;
  /** What is in between: filtered ports, pauses, some loss. */
  doubtful(text: string): string;
  /** What is wrong: much loss. */
  bad(text: string): string;
  /** Titles. */
  strong(text: string): string;
  /** What may be passed over: closed ports, what is not done yet. */
  faint(text: string): string;
}

/** No colours: files, pipes, `NO_COLOR`. */
export const PLAIN: Style = {
  good: same,
  doubtful: same,
  bad: same,
  strong: same,
  faint: same,
};

/** The sixteen colours that every terminal has, in the user's own shades. */
export const COLORED: Style = {
  good: (text) => marked(text, "32"),
  doubtful: (text) => marked(text, "33"),
  bad: (text) => marked(text, "31"),
  strong: (text) => marked(text, "1"),
  faint: (text) => marked(text, "2"),
};

/** How many columns a text takes that may be styled: sequences take none. */
export function visibleLength(text: string): number {
  // deno-lint-ignore no-control-regex -- the sequences are made of one
  return [...text.replaceAll(/\x1b\[[\d;]*m/g, "")].length;
}

function same(text: string): string {
  return text;
}

function marked(text: string, code: string): string {
  return text === "" ? "" : `\x1b[${code}m${text}\x1b[0m`;
}
