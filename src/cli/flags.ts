/**
 * The one table of flags: names, values, help and examples. The tokenizer, the reader of settings
 * and `--help` follow from it. Where nmap has the thing, it has nmap's name.
 */
import { DEFAULT_TIMING, TIMING_FORMS } from "engine/congestion/registry.ts";
import type { Flag } from "./flag.ts";
import { OUTPUT_FLAGS } from "./output_flags.ts";
import { TERMINAL_FLAGS } from "./terminal_flags.ts";

/** Every flag there is, by the name that the program uses for it. */
export const FLAGS = {
  targetFile: {
    forms: ["-iL"],
    takes: "value",
    valueName: "FILE",
    section: "TARGETS",
    help: "Targets from a file, - is standard input; # begins a comment. May be repeated",
  },
  exclude: {
    forms: ["--exclude"],
    takes: "value",
    valueName: "TARGETS",
    section: "TARGETS",
    help: "Never ask these: addresses, blocks, names, with commas or blanks in between",
  },
  excludeFile: {
    forms: ["--excludefile", "--exclude-file"],
    takes: "value",
    valueName: "FILE",
    section: "TARGETS",
    help: "Never ask the targets in this file",
  },
  shard: {
    forms: ["--shard"],
    takes: "value",
    valueName: "I/N",
    section: "TARGETS",
    help: "Scan part I of N of the targets. N alone: the part is that of the array job " +
      "(JOB_COMPLETION_INDEX, SLURM_ARRAY_TASK_ID)",
  },
  listTargets: {
    forms: ["-sL"],
    takes: "nothing",
    section: "TARGETS",
    help: "List the targets, in the order of their addresses, and send nothing",
  },
  allowReserved: {
    forms: ["--allow-reserved"],
    takes: "nothing",
    section: "TARGETS",
    help: "Ask multicast and reserved addresses, and in blocks this machine's own, all the same",
  },
  ports: {
    forms: ["-p", "--ports"],
    takes: "value",
    valueName: "PORTS",
    section: "PORTS",
    help: "Ports to scan: 22,80-90  -100  60000-  - (all)  http. Default: the 1000 most common",
  },
  excludePorts: {
    forms: ["--exclude-ports"],
    takes: "value",
    valueName: "PORTS",
    section: "PORTS",
    help: "Never ask these ports",
  },
  fast: {
    forms: ["-F"],
    takes: "nothing",
    section: "PORTS",
    help: "The 100 most common ports",
  },
  topPorts: {
    forms: ["--top-ports"],
    takes: "value",
    valueName: "N",
    section: "PORTS",
    help: "The N most common ports, 1 to 2000",
  },
  searchOnly: {
    forms: ["-sn"],
    takes: "nothing",
    section: "FINDING OUT WHETHER A TARGET IS UP",
    help: "Find out whether the targets are up, scan no ports",
  },
  skipSearch: {
    forms: ["-Pn"],
    takes: "nothing",
    section: "FINDING OUT WHETHER A TARGET IS UP",
    help: "Hold every target for up: scan it even if nothing answers",
  },
  noNames: {
    forms: ["-n"],
    takes: "nothing",
    section: "FINDING OUT WHETHER A TARGET IS UP",
    help: "No reverse name lookup. PortBunny never does one; accepted for nmap's sake",
  },
  timing: {
    forms: ["--timing"],
    takes: "value",
    valueName: "NAME",
    section: "TIMING AND PRECISION",
    help: `Congestion control (default: ${DEFAULT_TIMING}): ${TIMING_FORMS}; ` +
      "paced sends RATE packets per second, fixed keeps N packets in flight",
  },
  maxRate: {
    forms: ["--max-rate", "--rate"],
    takes: "value",
    valueName: "N",
    section: "TIMING AND PRECISION",
    help: "At most N packets per second. Without it the path decides",
  },
  maxRetries: {
    forms: ["--max-retries", "--retries"],
    takes: "value",
    valueName: "N",
    section: "TIMING AND PRECISION",
    help: "Ask a silent port again N times at the most (default 10)",
  },
  minSilences: {
    forms: ["--min-silences"],
    takes: "value",
    valueName: "N",
    section: "TIMING AND PRECISION",
    help: "Call a port filtered after N silences at the earliest (default 2)",
  },
  hostTimeout: {
    forms: ["--host-timeout"],
    takes: "value",
    valueName: "TIME",
    section: "TIMING AND PRECISION",
    help: "Give a target up after this time: 90, 500ms, 30s, 30m, 2h. What is known is reported",
  },
  synScan: {
    forms: ["-sS"],
    takes: "nothing",
    section: "TIMING AND PRECISION",
    help: "TCP SYN scan: what PortBunny always does; accepted for nmap's sake",
  },
  template: {
    forms: ["-T"],
    takes: "value",
    valueName: "0-5",
    section: "TIMING AND PRECISION",
    help: "nmap's timing templates, accepted without effect: the speed follows from the path",
  },
  interfaceName: {
    forms: ["-e", "--interface"],
    takes: "value",
    valueName: "IFACE",
    section: "ADDRESSES",
    help: "Use this network interface",
  },
  source: {
    forms: ["-S", "--source-ip"],
    takes: "value",
    valueName: "ADDRESS",
    section: "ADDRESSES",
    help: "Use this source address",
  },
  sourcePort: {
    forms: ["-g", "--source-port"],
    takes: "value",
    valueName: "PORT",
    section: "ADDRESSES",
    help: "Use this one source port for everything (slower: retries have to wait)",
  },
  ...OUTPUT_FLAGS,
  open: {
    forms: ["--open", "--open-only"],
    takes: "nothing",
    section: "OUTPUT",
    help: "Only open ports matter",
  },
  reason: {
    forms: ["--reason"],
    takes: "nothing",
    section: "OUTPUT",
    help: "Show with every reason the TTL of the answer",
  },
  verbose: {
    forms: ["-v", "--verbose"],
    takes: "count",
    section: "OUTPUT",
    help: "Say more: open ports the moment they are found, decisions, longer tables (-vv: more)",
  },
  debug: {
    forms: ["-d", "--debug"],
    takes: "count",
    section: "OUTPUT",
    help: "Say what decisions are based on (-dd: more)",
  },
  quiet: {
    forms: ["-q", "--quiet"],
    takes: "nothing",
    section: "OUTPUT",
    help: "No status line and no notes: results, warnings and errors only",
  },
  ...TERMINAL_FLAGS,
  seed: {
    forms: ["--seed"],
    takes: "value",
    valueName: "N",
    section: "MISC",
    help: "Seed of the order of ports: 0 to 4294967295; the same seed gives the same order",
  },
  help: {
    forms: ["-h", "--help"],
    takes: "nothing",
    section: "MISC",
    help: "This text",
  },
  version: {
    forms: ["-V", "--version"],
    takes: "nothing",
    section: "MISC",
    help: "The version, and how this program is packed",
  },
} as const satisfies Record<string, Flag>;

/** Name of a flag inside the program. */
export type FlagName = keyof typeof FLAGS;

/** What help shows at its end: command line and what it does. */
export const EXAMPLES: readonly (readonly [string, string])[] = [
  ["portbunny 192.0.2.10", "the 1000 most common ports"],
  ["portbunny -p- 192.0.2.10", "all ports"],
  ["portbunny -p 22,80-90,https -v www.example.com", "some ports, open ones shown at once"],
  ["portbunny -p- --open -oJ - 192.0.2.10 | jq .", "results for another program, as they come"],
  ["portbunny -p- --max-rate 500 192.0.2.10", "never more than 500 packets per second"],
  ["portbunny -sn 192.0.2.0/24", "which addresses answer"],
];
