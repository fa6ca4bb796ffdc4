/** How the user wants to be told about a running scan: reads the flags about the status. */
import type { TerminalFlagName } from "./terminal_flags.ts";
import type { FlagToken } from "./tokenizer.ts";
import { readDuration } from "./values.ts";

/** What the user wants to see of a running scan. */
export interface TerminalSettings {
  /** Period of status lines, µs; undefined: what suits the place. */
  statsEveryUs?: number;
  /** True: the status comes as JSON lines. */
  statusJson: boolean;
  /** True: keys do something. */
  takesKeys: boolean;
}

/** Reads each flag about the status. */
export const TERMINAL_READERS: Record<
  TerminalFlagName,
  (draft: TerminalSettings, token: FlagToken) => void
> = {
  statsEvery: (draft, token) => draft.statsEveryUs = readDuration(token),
  statusJson: (draft) => draft.statusJson = true,
  nonInteractive: (draft) => draft.takesKeys = false,
};
