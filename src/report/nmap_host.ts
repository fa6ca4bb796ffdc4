/** What nmap's XML says about one target: `<hosthint>` when it answers, `<host>` at its end. */
import type { TargetEvent, TargetUpEvent } from "scan/event.ts";
import { SECOND } from "units";
import { groupPorts, type PortGroup } from "./port_groups.ts";
import { listedPorts, type PortRow } from "./port_rows.ts";
import { hiddenGroups, type TableOptions } from "./port_table.ts";
import { formatRanges } from "./ranges.ts";
import { scanSummary, undecidedText } from "./summary.ts";
import { emptyElement, openTag } from "./xml_text.ts";

/** How sure nmap is of a service that it knows from the port's number only. */
const TABLE_CONFIDENCE = 3;

/** Says early that a target is up. */
export function hostHint(event: TargetUpEvent): string {
  const status = emptyElement("status", {
    state: "up",
    reason: event.reason,
    reason_ttl: event.ttl,
  });
  return `<hosthint>${[status, address(event.ip), hostnames(event.name)].join("\n")}\n</hosthint>`;
}

/** Everything about a finished target; `sign`: its first answer, if there was one. */
export function hostElement(
  target: TargetEvent,
  { sign, table }: { sign: TargetUpEvent | undefined; table: TableOptions },
): string {
  const head = openTag("host", {
    starttime: Math.floor(target.startUs / SECOND),
    endtime: Math.floor((target.startUs + target.durationUs) / SECOND),
    timedout: target.undecidedBecause === "host-timeout" ? "true" : undefined,
    comment: commentOn(target),
  });
  const status = emptyElement("status", {
    state: target.state,
    reason: target.reason,
    reason_ttl: sign?.ttl ?? 0,
  });
  return [
    head + status,
    address(target.ip),
    ...target.hardwareAddress === undefined ? [] : [hardwareAddress(target.hardwareAddress)],
    hostnames(target.name),
    ...target.ports.length === 0 ? [] : [ports(target, table)],
    ...times(target),
    "</host>",
  ].join("\n");
}

/** What nmap's XML has no place for: how the scan went, and what is in doubt. */
function commentOn(target: TargetEvent): string | undefined {
  if (target.state === "down") return undefined;
  const undecided = groupPorts(target).find(({ state }) => state === "unknown")?.ports ?? [];
  return [scanSummary(target), undecidedText(target, undecided)].filter(Boolean).join(". ");
}

function address(ip: string): string {
  return emptyElement("address", { addr: ip, addrtype: ip.includes(":") ? "ipv6" : "ipv4" });
}

function hardwareAddress(text: string): string {
  return emptyElement("address", { addr: text.toUpperCase(), addrtype: "mac" });
}

function hostnames(name: string | undefined): string {
  if (name === undefined) return "<hostnames>\n</hostnames>";
  return `<hostnames>\n${emptyElement("hostname", { name, type: "user" })}\n</hostnames>`;
}

function ports(target: TargetEvent, table: TableOptions): string {
  const hidden = hiddenGroups(target, table);
  const lines = [...hidden.map(extraPorts), ...listedPorts(target, hidden).map(portElement)];
  return `<ports>${lines.join("\n")}\n</ports>`;
}

/** A state that many ports share, with the ports of each of its reasons. */
function extraPorts({ state, ports, reasons }: PortGroup): string {
  const lines = [...reasons]
    .sort(([, one], [, other]) => other.length - one.length)
    .map(([reason, some]) =>
      emptyElement("extrareasons", {
        reason,
        count: some.length,
        proto: "tcp",
        ports: formatRanges(some),
      })
    );
  const head = openTag("extraports", { state, count: ports.length });
  return [head, ...lines, "</extraports>"].join("\n");
}

function portElement({ port, state, reason, ttl, service }: PortRow): string {
  const parts = [
    openTag("port", { protocol: "tcp", portid: port }),
    emptyElement("state", { state, reason, reason_ttl: ttl }),
    // A name that nobody knows is left out, as nmap does.
    ...service === "unknown" ? [] : [
      emptyElement("service", { name: service, method: "table", conf: TABLE_CONFIDENCE }),
    ],
    "</port>",
  ];
  return parts.join("");
}

/** Round-trip times in µs, where one was measured. */
function times({ stats }: TargetEvent): string[] {
  if (!Number.isFinite(stats.srttUs)) return [];
  return [emptyElement("times", {
    srtt: Math.round(stats.srttUs),
    rttvar: Math.round(stats.rttvarUs),
    to: Math.round(stats.rtoUs),
  })];
}
