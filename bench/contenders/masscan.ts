/** masscan as a contender. It reports open ports and says nothing of the others. */
import { type Contender, type Findings, firstLine, type ScanJob } from "../contender.ts";
import { toldRate } from "../told_rate.ts";

/** It goes on listening for so long after its last packet, s: above every round trip here. */
const WAIT_S = 2;

/** masscan, told how fast the path is. */
export const MASSCAN: Contender = {
  name: "masscan",
  program: "masscan",
  debianPackage: "masscan",
  settings: "told nine tenths of the path's rate; waits 2 s instead of 10 at the end",
  reports: "open ports",
  words({ targets, ports, interfaceName, nextHop, pathRate }: ScanJob, file) {
    return ["masscan", "-p", ports, "-e", interfaceName, "--router-mac", nextHop]
      .concat("--rate", `${toldRate(pathRate)}`, "--wait", `${WAIT_S}`, "-oL", file, targets);
  },
  read: readMasscanList,
  version: () => firstLine("masscan", "--version").replace(/ \(.*/, ""),
};

/** Reads lines like `open tcp 80 192.0.2.1 1700000000`. */
export function readMasscanList(text: string): Findings {
  const findings = new Map<string, Record<string, string>>();
  for (const [, state, port, address] of text.matchAll(/^(open|closed) tcp (\d+) (\S+) \d+$/gm)) {
    const states = findings.get(address!) ?? {};
    states[state!] = states[state!] === undefined ? port! : `${states[state!]},${port}`;
    findings.set(address!, states);
  }
  return findings;
}
