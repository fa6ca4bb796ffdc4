/**
 * nmap's flags that PortBunny does not have, with the reason, so that a person who knows nmap
 * learns what to do instead. Source of the names: `nmap --help` of version 7.93.
 */

const SYN_ONLY = "PortBunny does TCP SYN scans and nothing else";
const NO_FINGERPRINTS = "no fingerprinting; hand the open ports to nmap (-oP lists them)";
const NO_SPOOFING = "packets go out plain and under their own name";
const NO_DISCOVERY_CHOICE = "all kinds of triggers are tried in turn; -Pn skips the search";
const TARGETS_HERE = "targets are given on the command line, or in a file by -iL";
const MEASURED = "the path is measured and the timing follows; --max-rate caps the rate";
const NO_DNS = "PortBunny does no reverse lookups, and names are resolved by the system";
const OTHER_FORMAT = "the formats are -oN -oX -oG -oJ -oL -oP -oC";

/** Why, and which flags it holds for. */
const REASONS: readonly (readonly [string, string])[] = [
  [SYN_ONLY, "-sT -sA -sW -sM -sU -sN -sF -sX -sI -sY -sZ -sO -b --scanflags"],
  [NO_FINGERPRINTS, "-sV -sC -O -A --version-intensity --version-light --version-all"],
  [NO_FINGERPRINTS, "--version-trace --allports --script --script-args --script-args-file"],
  [NO_FINGERPRINTS, "--script-trace --script-updatedb --script-help --script-timeout"],
  [NO_FINGERPRINTS, "--osscan-limit --osscan-guess --fuzzy --max-os-tries --servicedb"],
  [NO_FINGERPRINTS, "--versiondb --datadir --traceroute"],
  [NO_SPOOFING, "-f --mtu -D --data --data-string --data-length --ip-options --ttl --spoof-mac"],
  [NO_SPOOFING, "--badsum --proxies --proxy --adler32 --decoys"],
  [NO_DISCOVERY_CHOICE, "-PS -PA -PU -PY -PE -PP -PM -PO -PR --disable-arp-ping"],
  [NO_DISCOVERY_CHOICE, "--discovery-ignore-rst"],
  ["the flag is called -Pn today", "-P0 -PN -PD"],
  [TARGETS_HERE, "-iR --resolve-all --unique"],
  ["IPv4 only", "-6"],
  ["list the ports that are wanted: -p, -F or --top-ports", "--port-ratio"],
  ["the order is random, so that no host or firewall sees a pattern; --seed repeats it", "-r"],
  ["a lower bound on the rate would override congestion control", "--min-rate"],
  [MEASURED, "--min-hostgroup --max-hostgroup --min-parallelism --max-parallelism"],
  [MEASURED, "--min-rtt-timeout --max-rtt-timeout --initial-rtt-timeout --scan-delay"],
  [MEASURED, "--max-scan-delay --defeat-rst-ratelimit --defeat-icmp-ratelimit --nsock-engine"],
  [NO_DNS, "-R --dns-servers --system-dns"],
  [OTHER_FORMAT, "-oS -oM -oH"],
  ["the XML names no stylesheet; xsltproc takes any", "--stylesheet --webxml --no-stylesheet"],
  ["results are not stored between runs", "--resume"],
  ["-d shows what decisions are based on", "--packet-trace --log-errors"],
  ["`ip -brief address` and `ip route` show this", "--iflist"],
  ["the way of sending is chosen by the route", "--send-eth --send-ip"],
  ["rights are checked when the scan starts", "--privileged --unprivileged"],
];

const reasonByFlag = new Map<string, string>();
for (const [reason, flags] of REASONS) {
  for (const flag of flags.split(" ")) reasonByFlag.set(flag, reason);
}

/** nmap's flags of two letters that take a value attached to them. */
const TAKES_ATTACHED = /^-(?:[Pio][A-Za-z0])./;

/** Several of nmap's scan types run together, as in `-sSV`. */
const SCAN_TYPES = /^-s[A-Za-z]{2,}$/;

/**
 * Looks a flag of nmap up that is not supported here. Short ones may have their value attached
 * (`-PS22`), long ones may be written with one dash, as nmap allows.
 *
 * @returns The flag in nmap's spelling and the reason, or `undefined` if nmap has no such flag.
 */
export function unsupportedNmapFlag(
  argument: string,
): { flag: string; reason: string } | undefined {
  const bare = argument.split("=", 1)[0] ?? argument;
  const candidates = [bare, `-${bare}`];
  if (TAKES_ATTACHED.test(bare)) candidates.push(bare.slice(0, 3));
  if (SCAN_TYPES.test(bare)) candidates.push(...[...bare.slice(2)].map((type) => `-s${type}`));
  if (/^-D./.test(bare)) candidates.push("-D");
  for (const flag of candidates) {
    const reason = reasonByFlag.get(flag);
    if (reason !== undefined) return { flag, reason };
  }
  return undefined;
}
