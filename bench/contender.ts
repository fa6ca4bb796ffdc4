/**
 * What takes part in a comparison: a scanner, how it is started for a job, and how what it says is
 * read. One file each in `contenders/`; who runs them when is left to the comparisons.
 */
import type { Namespace } from "../test/lab/netns.ts";

/** What is to be found out. */
export interface ScanJob {
  targets: readonly string[];
  /** The ports, as all of them read it: `1-65535`, `80`. */
  ports: string;
  /** The scanner's interface. */
  interfaceName: string;
  /** The scanner's address. */
  source: string;
  /** Hardware address of the next hop: those who bring their own stack ask for it. */
  nextHop: string;
  /** Packets a second that the narrowest place of the path carries; what a user may know of it. */
  pathRate: number;
}

/** Port lists by state, for each address that a scanner found to be up. */
export type Findings = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** A scanner with one set of settings. */
export interface Contender {
  /** Name in tables. */
  readonly name: string;
  /** The program that has to be there. */
  readonly program: string;
  /** The Debian package that brings it. */
  readonly debianPackage: string;
  /** Which settings, and why they are fair. */
  readonly settings: string;
  /** What it reports, if not the state of every port. */
  readonly reports?: string;
  /** The words that start it; its results go to a file. */
  words(job: ScanJob, file: string): string[];
  /** Reads its results; what a scanner did not write because it was ended is missing. */
  read(text: string, job: ScanJob): Findings;
  /** Its version. */
  version(): string;
  /**
   * True if it asks for one port at a time: it takes part where there is no more.
   * @default {false}
   */
  readonly onePort?: boolean;
}

/** The first line that a program says of itself. */
export function firstLine(program: string, ...args: string[]): string {
  const { stdout, stderr } = new Deno.Command(program, { args }).outputSync();
  const text = new TextDecoder();
  return (text.decode(stdout) + text.decode(stderr)).trim().split("\n")[0]!.trim();
}

/** The hardware address of an interface. */
export function hardwareAddress(namespace: Namespace, interfaceName: string): string {
  return JSON.parse(namespace.ip(`-json link show dev ${interfaceName}`))[0].address;
}
