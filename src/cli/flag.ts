/** What a flag is. The table of all of them is `flags.ts`. */

/** One flag as a person types it. */
export interface Flag {
  /** All spellings; the first is the one that messages and help show. */
  readonly forms: readonly [string, ...string[]];
  /**
   * What follows: nothing; a value, attached or as the next argument; or nothing with repetition
   * counted, a number attached at the most (`-vv`, `-d2`).
   */
  readonly takes: "nothing" | "value" | "count";
  /** How help names the value. */
  readonly valueName?: string;
  /** Heading of the help that it stands under. */
  readonly section: (typeof SECTIONS)[number];
  /** One sentence for help. */
  readonly help: string;
}

/** Headings of the help, in order. */
export const SECTIONS = [
  "TARGETS",
  "PORTS",
  "FINDING OUT WHETHER A TARGET IS UP",
  "TIMING AND PRECISION",
  "ADDRESSES",
  "OUTPUT",
  "STATUS",
  "MISC",
] as const;
