/** What keys do while a scan runs. */

/** What a key can ask for. */
export interface KeyActions {
  /** Says how far the scan is. */
  onStatus(): void;
  /** More is said from now on, or less. */
  onVerbosity(change: 1 | -1): void;
  /** Pauses, or goes on. */
  onPause(): void;
  /** Gives the target up that has been scanned for the longest time. */
  onSkip(): void;
  /** Raises the cap on the rate, or lowers it. */
  onRate(change: 1 | -1): void;
  /** Ends the scan; what is known is printed. */
  onQuit(): void;
  /** Says what the keys are. */
  onHelp(): void;
}

/** The keys, as they are explained. Any other key shows the status. */
export const KEY_HELP: readonly string[] = [
  "Keys: v/V say more/less   p pause, go on   s skip the target that has taken longest",
  "      +/- raise/lower the cap on the rate   q stop and print what is known   ? this help",
  "      any other key: how far the scan is",
];

/** Does what a key asks for; the rest of an escape sequence is no key of its own. */
export function pressKeys(text: string, actions: KeyActions): void {
  // deno-lint-ignore no-control-regex -- cursor and function keys send an escape sequence
  const keys = text.replaceAll(/\x1b[[O][\d;]*[ -/]*[@-~]/g, " ");
  for (const key of keys) press(key, actions);
}

function press(key: string, actions: KeyActions): void {
  switch (key) {
    case "v":
      return actions.onVerbosity(1);
    case "V":
      return actions.onVerbosity(-1);
    case "p":
    case "P":
      return actions.onPause();
    case "s":
    case "S":
      return actions.onSkip();
    case "+":
    case "=":
      return actions.onRate(1);
    case "-":
      return actions.onRate(-1);
    case "q":
    case "Q":
      return actions.onQuit();
    case "?":
    case "h":
      return actions.onHelp();
    default:
      return actions.onStatus();
  }
}
