/** zmap as a contender: one port, many hosts. Hosts that drop say nothing to it. */
import { type Contender, type Findings, firstLine, type ScanJob } from "../contender.ts";
import { toldRate } from "../told_rate.ts";

/** It goes on listening for so long after its last packet, s: above every round trip here. */
const COOLDOWN_S = 2;

/** What its module for TCP SYN scans calls the answers. */
const STATES: Record<string, string> = { synack: "open", rst: "closed" };

/** zmap, told how fast the path is. */
export const ZMAP: Contender = {
  name: "zmap",
  program: "zmap",
  debianPackage: "zmap",
  settings:
    "told nine tenths of the path's rate; waits 2 s instead of 8; no block list; one port only",
  reports: "open and closed ports",
  words({ targets, ports, interfaceName, source, nextHop, pathRate }: ScanJob, file) {
    return ["zmap", "-p", ports, "-i", interfaceName, "-S", source, "-G", nextHop]
      .concat("-r", `${toldRate(pathRate)}`, "-c", `${COOLDOWN_S}`, "-b", "/dev/null")
      .concat("-O", "csv", "-f", "saddr,classification", "-o", file, targets);
  },
  read: readZmapCsv,
  version: () => firstLine("zmap", "--version"),
  onePort: true,
};

/** Reads lines like `192.0.2.1,synack`; the port stands in none of them. */
export function readZmapCsv(text: string, { ports }: Pick<ScanJob, "ports">): Findings {
  const findings = new Map<string, Record<string, string>>();
  for (const [, address, classification] of text.matchAll(/^([\d.]+),(\w+)$/gm)) {
    const state = STATES[classification!];
    if (state !== undefined) findings.set(address!, { [state]: ports });
  }
  return findings;
}
