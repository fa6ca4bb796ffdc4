/** masscan's list (`-oL`): one line per open port, the moment it is known. */
import type { ScanEvent } from "scan/event.ts";
import { SECOND } from "units";
import type { Format } from "./format.ts";

/** See the file's comment. */
export class MasscanList implements Format {
  /** Lines for the event, or nothing. */
  render(event: ScanEvent): string {
    switch (event.type) {
      case "start":
        return "#masscan\n";
      case "port": {
        if (event.state !== "open") return "";
        return `open tcp ${event.port} ${event.ip} ${Math.floor(event.timeUs / SECOND)}\n`;
      }
      case "end":
        return "# end\n";
      default:
        return "";
    }
  }
}
