/** nmap as a contender, with its timing templates and with an expert's settings. */
import { type Contender, type Findings, firstLine, type ScanJob } from "../contender.ts";

/** nmap with the words that make up its timing. */
export function nmap(timing: readonly string[], settings: string): Contender {
  return {
    name: `nmap ${timing.join(" ")}`,
    program: "nmap",
    debianPackage: "nmap",
    settings,
    words: (
      { targets, ports }: ScanJob,
      file,
    ) => ["nmap", "-n", "-sS", "-p", ports, ...timing, "-oX", file, ...targets],
    read: readNmapXml,
    version: () => firstLine("nmap", "--version").replace(/ \(.*/, ""),
  };
}

/** Reads nmap's XML: ports one by one, and the lists of those that its table leaves out. */
export function readNmapXml(text: string): Findings {
  const findings = new Map<string, Record<string, string>>();
  for (const [host] of text.matchAll(/<host [\s\S]*?<\/host>/g)) {
    const address = /<address addr="([^"]+)" addrtype="ipv[46]"/.exec(host)?.[1];
    const isUp = /<status state="up"/.test(host);
    if (address === undefined || !isUp) continue;
    const lists: Record<string, string[]> = {};
    for (const [, state, inside] of host.matchAll(EXTRA_PORTS)) {
      for (const [, ports] of inside!.matchAll(/ ports="([^"]*)"/g)) {
        (lists[state!] ??= []).push(ports!);
      }
    }
    for (const [, port, state] of host.matchAll(PORT)) (lists[state!] ??= []).push(port!);
    const ranges = Object.entries(lists).map(([state, list]) => [state, list.join()]);
    findings.set(address, Object.fromEntries(ranges));
  }
  return findings;
}

/** A group of ports that the table leaves out. */
const EXTRA_PORTS = /<extraports state="([^"]+)"[^>]*>([\s\S]*?)<\/extraports>/g;

/** One port and its state. */
const PORT = /<port protocol="tcp" portid="(\d+)"><state state="([^"]+)"/g;
