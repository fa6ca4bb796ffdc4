/** What is said about a scan on standard error while it runs, by level of `-v`, `-d` and `-q`. */
import { discovered, titleOf } from "report/text.ts";
import type { ScanEvent, StartEvent, VerdictEvent, WarningEvent } from "scan/event.ts";
import type { Screen } from "./screen.ts";
import type { Settings } from "./settings.ts";

/** Level of `-d` that shows every sample. */
const SAMPLES_LEVEL = 3;

/** Says on the screen what an event means for the user; `hasTable`: open ports are told there. */
export function remark(
  event: ScanEvent,
  { settings, screen, hasTable }: { settings: Settings; screen: Screen; hasTable: boolean },
): void {
  for (const line of linesFor(event, settings, hasTable)) screen.say(line);
}

function linesFor(event: ScanEvent, settings: Settings, hasTable: boolean): string[] {
  const { verbosity, debugLevel, isQuiet } = settings;
  const isTalkative = verbosity > 0 || debugLevel > 0;
  switch (event.type) {
    case "start":
      return isQuiet ? [] : startLines(event, settings);
    case "warning":
      return [warningLine(event)];
    case "target-up":
      return isTalkative ? [`${titleOf(event)} is up (${event.reason})`] : [];
    case "verdict":
      return isTalkative ? verdictLines(event, settings) : [];
    case "port":
      return isTalkative && !hasTable ? [discovered(event).trimEnd()].filter(Boolean) : [];
    case "sample":
      return debugLevel >= SAMPLES_LEVEL ? [`${event.ip}: ${JSON.stringify(event)}`] : [];
    default:
      return [];
  }
}

function startLines(event: StartEvent, { debugLevel }: Settings): string[] {
  const time = new Date(event.timeUs / 1_000).toISOString();
  const at = `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
  const seed = debugLevel > 0 ? `, seed ${event.seed}` : "";
  return [`Starting PortBunny ${event.version} at ${at}${seed}`];
}

function warningLine({ ip, message }: WarningEvent): string {
  const needsAddress = ip !== undefined && !message.includes(ip);
  return `Warning: ${needsAddress ? `${ip}: ` : ""}${message}`;
}

/**
 * Which triggers answer is for those who look for a fault; the other verdicts tell what happens.
 */
function verdictLines(event: VerdictEvent, settings: Settings): string[] {
  if (event.verdict === "trigger" && settings.debugLevel === 0) return [];
  const who = event.ip === undefined ? "" : `${event.ip}: `;
  return [`${who}${event.text}${evidence(event.evidence, settings)}`];
}

function evidence(facts: Record<string, number | string>, { debugLevel }: Settings): string {
  const entries = Object.entries(facts);
  if (debugLevel === 0 || entries.length === 0) return "";
  return ` [${entries.map(([name, value]) => `${name} ${value}`).join(", ")}]`;
}
