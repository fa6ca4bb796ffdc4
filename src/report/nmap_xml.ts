/**
 * nmap's XML (`-oX`), output version 1.05: one `<host>` per address with its ports, reasons and
 * times, written whole when the target is finished, and a `<hosthint>` when it first answers. The
 * order of elements is that of nmap.dtd; the document is well-formed at every moment, since its
 * tail is known at every moment.
 */
import type { EndEvent, ScanEvent, StartEvent, TargetEvent, TargetUpEvent } from "scan/event.ts";
import { SECOND } from "units";
import type { Format, FormatOptions } from "./format.ts";
import { counted } from "./numbers.ts";
import { hostElement, hostHint } from "./nmap_host.ts";
import { isWorthTelling } from "./port_rows.ts";
import { formatRanges } from "./ranges.ts";
import { type Attributes, emptyElement, openTag, xmlComment } from "./xml_text.ts";

/** Version of nmap's XML that this is. */
const OUTPUT_VERSION = "1.05";

/** The end of a document, with the counts that a later scan goes on from. */
const ENDING =
  /<runstats>.*<hosts up="(\d+)" down="(\d+)" total="\d+"\/>\s*<\/runstats>\s*<\/nmaprun>\s*$/s;

/** Why a scan did not end by itself, by exit code. */
const ERRORS: Readonly<Record<number, string>> = { 130: "interrupted", 143: "terminated" };

/** When a scan ended, and why it did not end well, if it did not. */
interface Finish {
  timeUs: number;
  elapsedUs: number;
  error: string | undefined;
}

/** See the file's comment. */
export class NmapXml implements Format {
  readonly #options: FormatOptions;
  /** How targets that are being scanned showed that they are up. */
  readonly #signs = new Map<string, TargetUpEvent>();
  #startUs = NaN;
  #latestUs = NaN;
  #up = 0;
  #down = 0;
  #isContinuation = false;
  #isOver = false;

  /** A document with these options. */
  constructor(options: FormatOptions) {
    this.#options = options;
  }

  /** Elements for the event, or nothing. */
  render(event: ScanEvent): string {
    this.#noteTime(event);
    switch (event.type) {
      case "start":
        return this.#start(event);
      case "target-up":
        this.#signs.set(event.ip, event);
        return `${hostHint(event)}\n`;
      case "target":
        return this.#target(event);
      case "end":
        this.#isOver = true;
        return this.#closing(ended(event));
      default:
        return "";
    }
  }

  /** The end of the document as it would be if nothing more came. */
  get tail(): string {
    if (this.#isOver || Number.isNaN(this.#startUs)) return "";
    return this.#closing({
      timeUs: this.#latestUs,
      elapsedUs: this.#latestUs - this.#startUs,
      error: "not finished",
    });
  }

  /** Takes the end off an earlier document, whose hosts then stand before ours. */
  resume(ending: string): number {
    if (ending.trim() === "") return 0;
    const [end, up, down] = ENDING.exec(ending) ?? [];
    if (end === undefined) throw new RangeError("it does not end as nmap's XML does");
    this.#up = Number(up);
    this.#down = Number(down);
    this.#isContinuation = true;
    return new TextEncoder().encode(end).length;
  }

  #noteTime(event: ScanEvent): void {
    const timeUs = event.type === "target"
      ? event.startUs + event.durationUs
      : "timeUs" in event
      ? event.timeUs
      : NaN;
    if (!(timeUs <= this.#latestUs) && !Number.isNaN(timeUs)) this.#latestUs = timeUs;
  }

  #start(event: StartEvent): string {
    this.#startUs = event.timeUs;
    const startText = this.#options.dateText(event.timeUs);
    const title = xmlComment(
      `PortBunny ${event.version} scan initiated ${startText} as: ${event.args}`,
    );
    if (this.#isContinuation) return `${title}\n`;
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      "<!DOCTYPE nmaprun>",
      title,
      openTag("nmaprun", {
        scanner: "portbunny",
        args: event.args,
        start: wholeSeconds(event.timeUs),
        startstr: startText,
        version: event.version,
        xmloutputversion: OUTPUT_VERSION,
      }),
      emptyElement("scaninfo", {
        type: "syn",
        protocol: "tcp",
        numservices: event.ports.length,
        services: formatRanges(event.ports),
      }),
      emptyElement("verbose", { level: this.#options.verbosity }),
      emptyElement("debugging", { level: this.#options.debugLevel }),
      "",
    ].join("\n");
  }

  #target(target: TargetEvent): string {
    const sign = this.#signs.get(target.ip);
    this.#signs.delete(target.ip);
    if (target.state === "up") this.#up++;
    else this.#down++;
    // As in nmap, targets that are down are counted, and shown only to those who want to know more.
    const isShown = target.state === "down"
      ? this.#options.verbosity > 0
      : isWorthTelling(target, this.#options);
    return isShown ? `${hostElement(target, { sign, table: this.#options })}\n` : "";
  }

  #closing(finish: Finish): string {
    const timeText = this.#options.dateText(finish.timeUs);
    const seconds = (finish.elapsedUs / SECOND).toFixed(2);
    const total = this.#up + this.#down;
    const attributes: Attributes = {
      time: wholeSeconds(finish.timeUs),
      timestr: timeText,
      summary: `PortBunny done at ${timeText}; ${counted(total, "IP address")} ` +
        `(${counted(this.#up, "host")} up) scanned in ${seconds} seconds`,
      elapsed: seconds,
      exit: finish.error === undefined ? "success" : "error",
      errormsg: finish.error,
    };
    const hosts = emptyElement("hosts", { up: this.#up, down: this.#down, total });
    return `<runstats>${emptyElement("finished", attributes)}${hosts}\n</runstats>\n</nmaprun>\n`;
  }
}

/** A scan that left ports undecided has ended by itself, too. */
function ended({ timeUs, elapsedUs, exit }: EndEvent): Finish {
  const error = exit === 0 || exit === 2 ? undefined : ERRORS[exit] ?? "failed";
  return { timeUs, elapsedUs, error };
}

function wholeSeconds(timeUs: number): number {
  return Math.floor(timeUs / SECOND);
}
