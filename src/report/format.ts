/** What every output format is: events in, text out. Where the text goes is others' business. */
import type { ScanEvent } from "scan/event.ts";

/** Turns the events of a scan into text, one event at a time. */
export interface Format {
  /** Text for one event: whole lines, or nothing. */
  render(event: ScanEvent): string;
}
