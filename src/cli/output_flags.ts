/** The part of the table of flags about result files; `flags.ts` joins all parts. */
import type { Flag } from "./flag.ts";

/** Flags about result files. */
export const OUTPUT_FLAGS = {
  normal: {
    forms: ["-oN"],
    takes: "value",
    valueName: "FILE",
    section: "OUTPUT",
    help: "The table into FILE, as nmap's normal output",
  },
  xml: {
    forms: ["-oX"],
    takes: "value",
    valueName: "FILE",
    section: "OUTPUT",
    help: "nmap's XML into FILE; whole at every moment, also after Ctrl-C",
  },
  grepable: {
    forms: ["-oG"],
    takes: "value",
    valueName: "FILE",
    section: "OUTPUT",
    help: "nmap's grepable output into FILE",
  },
  json: {
    forms: ["-oJ"],
    takes: "value",
    valueName: "FILE",
    section: "OUTPUT",
    help: "JSON lines into FILE while the scan runs: everything that is known, see docs",
  },
  list: {
    forms: ["-oL"],
    takes: "value",
    valueName: "FILE",
    section: "OUTPUT",
    help: "masscan's list of open ports into FILE, while the scan runs",
  },
  endpoints: {
    forms: ["-oP"],
    takes: "value",
    valueName: "FILE",
    section: "OUTPUT",
    help: "Open ports as ip:port into FILE while the scan runs, for other programs to read",
  },
  csv: {
    forms: ["-oC"],
    takes: "value",
    valueName: "FILE",
    section: "OUTPUT",
    help: "CSV into FILE: open ports while the scan runs, other listed ones after it",
  },
  all: {
    forms: ["-oA"],
    takes: "value",
    valueName: "BASE",
    section: "OUTPUT",
    help: "BASE.nmap, BASE.xml, BASE.gnmap and BASE.jsonl at once. FILE and BASE may hold " +
      "%Y %m %d %H %M %S %D %T %R; FILE may be -, which is standard output and replaces the table",
  },
  append: {
    forms: ["--append-output"],
    takes: "nothing",
    section: "OUTPUT",
    help: "Add to result files instead of replacing them",
  },
} as const satisfies Record<string, Flag>;

/** Name of a flag about result files. */
export type OutputFlagName = keyof typeof OUTPUT_FLAGS;
