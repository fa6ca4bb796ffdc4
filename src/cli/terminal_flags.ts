/** The part of the table of flags about the status of a scan; `flags.ts` joins all parts. */
import type { Flag } from "./flag.ts";

/** Flags about the status. */
export const TERMINAL_FLAGS = {
  statsEvery: {
    forms: ["--stats-every"],
    takes: "value",
    valueName: "TIME",
    section: "STATUS",
    help: "Say how far the scan is, on standard error, as often as this: 10s, 5m. Without it a " +
      "terminal has a status line, and other places a line after 10 seconds and then rarer ones",
  },
  statusJson: {
    forms: ["--status-json"],
    takes: "nothing",
    section: "STATUS",
    help: "The status as JSON lines on standard error, every second or as --stats-every has it",
  },
  nonInteractive: {
    forms: ["--noninteractive"],
    takes: "nothing",
    section: "STATUS",
    help: "Read no keys. Otherwise, on a terminal, ? explains them while the scan runs",
  },
} as const satisfies Record<string, Flag>;

/** Name of a flag about the status. */
export type TerminalFlagName = keyof typeof TERMINAL_FLAGS;
