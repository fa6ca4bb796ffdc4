/** How often each port is open, or what each network has: what people ask of many results. */
import { parseIpv4 } from "wire/address.ts";
import { counted } from "./numbers.ts";
import { portsOf, type StoredTarget } from "./stored_result.ts";

/** What can be counted by. */
export const COUNT_KEYS = ["port", "network"] as const;
/** What can be counted by. */
export type CountKey = typeof COUNT_KEYS[number];

/** A table of counts, the largest first. `nameOf` tells what a port is known for. */
export function countTable(
  targets: readonly StoredTarget[],
  key: CountKey,
  nameOf: (port: number) => string | undefined,
): string {
  return key === "port" ? countPorts(targets, nameOf) : countNetworks(targets);
}

function countPorts(
  targets: readonly StoredTarget[],
  nameOf: (port: number) => string | undefined,
): string {
  const counts = new Map<number, number>();
  for (const target of targets) {
    for (const port of portsOf(target, "open")) counts.set(port, (counts.get(port) ?? 0) + 1);
  }
  const rows = [...counts].sort(([a, m], [b, n]) => n - m || a - b);
  return rows.map(([port, count]) =>
    `${`${port}/tcp`.padEnd(10)} ${(nameOf(port) ?? "unknown").padEnd(16)} ` +
    `open on ${counted(count, "address")}\n`
  ).join("");
}

function countNetworks(targets: readonly StoredTarget[]): string {
  const networks = new Map<string, { up: number; open: number; ports: number }>();
  for (const target of targets) {
    const network = networkOf(target.ip);
    const counts = networks.get(network) ?? { up: 0, open: 0, ports: 0 };
    const open = portsOf(target, "open").length;
    counts.up++;
    counts.open += open > 0 ? 1 : 0;
    counts.ports += open;
    networks.set(network, counts);
  }
  const rows = [...networks].sort(([a, m], [b, n]) => n.up - m.up || a.localeCompare(b));
  return rows.map(([network, { up, open, ports }]) =>
    `${network.padEnd(20)} ${counted(up, "address")} up, ` +
    `${counted(open, "address")} with ${counted(ports, "open port")}\n`
  ).join("");
}

/** The /24 of an IPv4 address; the /64 of an IPv6 address, as far as its text shows it. */
function networkOf(ip: string): string {
  const octets = parseIpv4(ip);
  if (octets !== undefined) return `${octets.subarray(0, 3).join(".")}.0/24`;
  return `${ip.split(":").slice(0, 4).join(":")}::/64`;
}
