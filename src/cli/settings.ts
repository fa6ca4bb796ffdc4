/**
 * What a command line asks for: tokens in, checked settings out. Targets are still words here,
 * since finding out what they mean may take the network.
 */
import { makeController } from "engine/congestion/registry.ts";
import type { ScanOptions } from "scan/options.ts";
import { parsePorts } from "scan/ports.ts";
import { DEFAULT_TOP_PORTS, FAST_TOP_PORTS, TOP_PORTS_LIMIT, topPorts } from "scan/services.ts";
import { parseTarget } from "scan/target_syntax.ts";
import { parseAddress } from "wire/address.ts";
import type { FlagName } from "./flags.ts";
import { checkOutputs, OUTPUT_READERS, type OutputSettings } from "./output_settings.ts";
import { TERMINAL_READERS, type TerminalSettings } from "./terminal_settings.ts";
import { type FlagToken, tokenize } from "./tokenizer.ts";
import { UsageError } from "./usage_error.ts";
import {
  named,
  readCount,
  readDuration,
  readFileName,
  readRate,
  readTemplate,
  readText,
  wrongValue,
} from "./values.ts";

/** What the user wants. */
export interface Settings extends OutputSettings, TerminalSettings {
  action: "scan" | "list" | "help" | "version";
  /** Options of the scan; targets are in {@linkcode Settings.targets} as they were typed. */
  options: Omit<ScanOptions, "targets">;
  targets: string[];
  /** Files with more of them; `-` is standard input. */
  targetFiles: string[];
  /** What is not to be asked, as it was typed. */
  excluded: string[];
  /** Files with more of that. */
  excludeFiles: string[];
  /** The flag that chose a part of the targets; what it means may take the environment. */
  shard?: FlagToken;
  /** True: reserved addresses may be asked as well. */
  allowReserved: boolean;
  /** How much more than the usual to say (`-v`). */
  verbosity: number;
  /** How much to say about decisions (`-d`). */
  debugLevel: number;
  /** True: results, warnings and errors only. */
  isQuiet: boolean;
  /** True: show TTLs with reasons. */
  showsTtl: boolean;
  /** Remarks on what was typed, one line each. */
  notes: string[];
}

/** Settings while they are read. */
interface Draft extends Settings {
  /** The flag that chose the ports, since only one may. */
  portsFrom?: string;
  /** Ports that are taken away from those chosen. */
  excludedPorts?: Uint16Array;
}

/** Largest number that counts on the command line are held to, where nothing else bounds them. */
const MAX_COUNT = 1_000;

/** Largest seed: seeds have 32 bits. */
const MAX_SEED = 0xffff_ffff;

/** Highest level of `-v` and `-d`. */
const MAX_LEVEL = 10;

const READERS: Record<FlagName, (draft: Draft, token: FlagToken) => void> = {
  targetFile: (draft, token) => draft.targetFiles.push(readFileName(token)),
  exclude(draft, token) {
    const words = token.value.split(/[\s,]+/).filter((word) => word !== "");
    if (words.length === 0) throw wrongValue(token, "give targets, as in 192.0.2.0/28,db.example");
    draft.excluded.push(...words);
  },
  excludeFile: (draft, token) => draft.excludeFiles.push(readFileName(token)),
  shard: (draft, token) => draft.shard = token,
  listTargets: (draft) => draft.action = "list",
  allowReserved: (draft) => draft.allowReserved = true,
  excludePorts: (draft, token) => draft.excludedPorts = named(token, parsePorts),
  ports: (draft, token) => choosePorts(draft, token, named(token, parsePorts)),
  fast: (draft, token) => choosePorts(draft, token, topPorts(FAST_TOP_PORTS)),
  topPorts(draft, token) {
    const count = readCount(token, { min: 1, max: TOP_PORTS_LIMIT });
    choosePorts(draft, token, topPorts(count));
  },
  searchOnly: (draft) => draft.options.searchOnly = true,
  skipSearch: (draft) => draft.options.skipSearch = true,
  noNames() {},
  timing(draft, token) {
    named(token, makeController);
    draft.options.timing = token.value;
  },
  maxRate: (draft, token) => draft.options.maxRate = readRate(token),
  maxRetries(draft, token) {
    draft.options.maxRetries = readCount(token, { min: 0, max: MAX_COUNT });
  },
  minSilences(draft, token) {
    draft.options.minSilences = readCount(token, { min: 1, max: MAX_COUNT });
  },
  hostTimeout: (draft, token) => draft.options.hostTimeoutUs = readDuration(token),
  synScan(draft) {
    draft.notes.push("-sS: every scan is a TCP SYN scan");
  },
  template(draft, token) {
    const note = "no effect: the path is measured and the timing follows; --max-rate caps it";
    draft.notes.push(`-T${readTemplate(token)}: ${note}`);
  },
  interfaceName(draft, token) {
    draft.options.interfaceName = readText(token, "the name of a network interface, as in eth0");
  },
  source: (draft, token) => draft.options.source = readAddress(token),
  sourcePort(draft, token) {
    draft.options.sourcePort = readCount(token, { min: 1, max: 65_535 });
  },
  ...OUTPUT_READERS,
  ...TERMINAL_READERS,
  open: (draft) => draft.options.openOnly = true,
  reason: (draft) => draft.showsTtl = true,
  verbose(draft, token) {
    draft.verbosity += readCount(token, { min: 0, max: MAX_LEVEL });
  },
  debug(draft, token) {
    draft.debugLevel += readCount(token, { min: 0, max: MAX_LEVEL });
  },
  quiet: (draft) => draft.isQuiet = true,
  seed: (draft, token) => draft.options.seed = readCount(token, { min: 0, max: MAX_SEED }),
  help: (draft) => draft.action = "help",
  version: (draft) => draft.action = "version",
};

/**
 * Reads a command line.
 *
 * @throws {UsageError} If a flag or its value cannot be used.
 * @throws {RangeError | SyntaxError} If a target cannot be read.
 */
export function readSettings(args: readonly string[]): Settings {
  const draft: Draft = {
    action: "scan",
    options: { ports: new Uint16Array() },
    targets: [],
    targetFiles: [],
    excluded: [],
    excludeFiles: [],
    allowReserved: false,
    outputs: [],
    appendsOutput: false,
    statusJson: false,
    takesKeys: true,
    verbosity: 0,
    debugLevel: 0,
    isQuiet: false,
    showsTtl: false,
    notes: [],
  };
  for (const token of tokenize(args)) {
    if (token.kind === "word") draft.targets.push(token.text);
    else READERS[token.flag](draft, token);
    if (draft.action === "help" || draft.action === "version") return draft;
  }
  finish(draft);
  draft.options.args = commandLine(args);
  return draft;
}

function finish(draft: Draft): void {
  const { options, portsFrom, targets, targetFiles } = draft;
  if (options.searchOnly && portsFrom !== undefined) {
    throw new UsageError(`${portsFrom}: Cannot be used with -sn, which scans no ports`);
  }
  if (options.searchOnly && options.skipSearch) {
    throw new UsageError("-Pn: Cannot be used with -sn: together they leave nothing to do");
  }
  checkOutputs(draft);
  if (targets.length === 0 && targetFiles.length === 0) {
    throw new UsageError("No target given: name one, as in portbunny 192.0.2.10 (--help: all)");
  }
  // Wrong words are told before the network is asked about the others.
  targets.forEach(parseTarget);
  if (portsFrom === undefined) options.ports = topPorts(DEFAULT_TOP_PORTS);
  excludePorts(draft);
}

function excludePorts({ options, excludedPorts }: Draft): void {
  if (excludedPorts === undefined) return;
  const gone = new Set(excludedPorts);
  options.ports = options.ports.filter((port) => !gone.has(port));
  if (options.ports.length > 0) return;
  throw new UsageError("--exclude-ports: No port is left to scan: exclude fewer, or choose more");
}

function choosePorts(draft: Draft, token: FlagToken, ports: Uint16Array): void {
  if (draft.portsFrom !== undefined) {
    const remedy = draft.portsFrom === token.form
      ? "give it once, with commas, as in -p 22,80-90"
      : `${draft.portsFrom} has chosen the ports already`;
    throw new UsageError(`${token.form}: Cannot choose ports twice: ${remedy}`);
  }
  draft.portsFrom = token.form;
  draft.options.ports = ports;
}

function readAddress(token: FlagToken): Uint8Array {
  const address = parseAddress(token.value);
  if (address !== undefined) return address;
  throw wrongValue(token, "give one address, as in 192.0.2.1");
}

/** The command line as text that a shell would read the same way. */
export function commandLine(args: readonly string[]): string {
  return ["portbunny", ...args].map(quote).join(" ");
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
