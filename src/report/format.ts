/** What every output format is: events in, text out. Where the text goes is others' business. */
import type { ScanEvent } from "scan/event.ts";
import type { TableOptions } from "./port_table.ts";

/** Turns the events of a scan into text, one event at a time. */
export interface Format {
  /** Text for one event: whole lines, or nothing. */
  render(event: ScanEvent): string;
  /**
   * What makes the text so far a whole document, in formats where lines alone do not; the next text
   * takes its place. Absent or empty: nothing is missing.
   */
  readonly tail?: string;
  /**
   * Goes on where an earlier scan ended, instead of beginning a document of its own. Called before
   * the first event; without it the new document simply follows the old one.
   *
   * @param ending The last part of what the file holds, at most {@linkcode ENDING_LENGTH} bytes.
   * @returns How many bytes at the end of the file give way.
   * @throws {RangeError} If the file is not of this format.
   */
  resume?(ending: string): number;
}

/** How much of a file's end {@linkcode Format.resume} is shown: a tail fits in many times. */
export const ENDING_LENGTH = 4_096;

/** What a format has to know beside the events. */
export interface FormatOptions extends TableOptions {
  /**
   * A wall-clock time (µs since 1970) as ctime(3) writes it, `Fri Jan  2 03:04:05 2026`, in the
   * user's time zone, which this floor does not know.
   */
  dateText(timeUs: number): string;
}
