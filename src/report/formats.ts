/** The registry of output formats; flags, `-oA` and tests follow from it. */
import { Csv } from "./csv.ts";
import { Endpoints } from "./endpoints.ts";
import type { Format, FormatOptions } from "./format.ts";
import { Grepable } from "./grepable.ts";
import { JsonLines } from "./json_lines.ts";
import { MasscanList } from "./masscan_list.ts";
import { NmapXml } from "./nmap_xml.ts";
import { NormalReport } from "./normal.ts";

/** How a format is made. */
export interface FormatEntry {
  /** Ending of its file under `-oA`; absent if it is not among those. */
  readonly extension?: string;
  /** Makes one for a scan. */
  make(options: FormatOptions): Format;
}

/** Every format by its name. */
export const FORMATS = {
  normal: { extension: "nmap", make: (options) => new NormalReport(options) },
  xml: { extension: "xml", make: (options) => new NmapXml(options) },
  grepable: { extension: "gnmap", make: (options) => new Grepable(options) },
  json: { extension: "jsonl", make: () => new JsonLines() },
  list: { make: () => new MasscanList() },
  endpoints: { make: () => new Endpoints() },
  csv: { make: (options) => new Csv(options) },
} as const satisfies Record<string, FormatEntry>;

/** Name of a format. */
export type FormatName = keyof typeof FORMATS;
