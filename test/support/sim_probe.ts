/** Packets by hand for tests of the virtual network: what is sent, and what came back, in words. */
import { HEADROOM, type Link, SLOT_SIZE } from "scan/link.ts";
import { SCANNER_ADDRESS } from "sim/scenario.ts";
import { type Micros, micros } from "units";
import { icmpCode, icmpIdAndSequence, IcmpType, icmpType, writeIcmp } from "wire/icmp.ts";
import {
  IPV4_LENGTH,
  ipv4HeaderLength,
  ipv4Protocol,
  ipv4Source,
  ipv4Tos,
  ipv4Ttl,
  Protocol,
  writeIpv4,
} from "wire/ipv4.ts";
import {
  tcpAcknowledgment,
  tcpDestinationPort,
  TcpFlag,
  tcpFlags,
  tcpSequence,
  tcpSourcePort,
  tcpWindow,
  writeTcp,
} from "wire/tcp.ts";
import { UDP_LENGTH, writeUdp } from "wire/udp.ts";

/** Whom packets are sent to, and how; a scenario is one. */
export interface ProbeSite {
  readonly link: Link;
  /** The target, as a number. */
  readonly address: number;
  /** @default {SCANNER_ADDRESS} */
  readonly source?: number;
  /** Index of the route to the target, for real links. @default {0} */
  readonly route?: number;
}

/** A segment to send. */
export interface Segment {
  port: number;
  localPort?: number;
  sequence?: number;
  acknowledgment?: number;
  flags?: number;
  /** Target; that of the site by default. */
  address?: number;
}

/** What came back. */
export interface Answer {
  kind: string;
  port: number;
  localPort: number;
  sequence: number;
  acknowledgment: number;
  /** ICMP: code and the word behind the checksum. */
  code: number;
  rest: number;
  /** TCP: the window as it stands there. */
  window: number;
  source: number;
  ttl: number;
  tos: number;
  time: Micros;
  length: number;
}

/** Puts a TCP segment into the link's batch; a SYN unless flags say otherwise. */
export function addSegment(site: ProbeSite, segment: Segment): void {
  const { view, at } = slot(site);
  const flags = segment.flags ?? TcpFlag.SYN;
  const length = 20 + ((flags & TcpFlag.SYN) !== 0 ? 4 : 0);
  writeIp(site, { protocol: Protocol.TCP, length, address: segment.address });
  writeTcp(view, at + IPV4_LENGTH, {
    sourcePort: segment.localPort ?? 40_000,
    destinationPort: segment.port,
    sequence: segment.sequence ?? 1_000,
    acknowledgment: segment.acknowledgment ?? 0,
    flags,
    window: 1_024,
    mss: (flags & TcpFlag.SYN) !== 0 ? 1_460 : 0,
    padding: 0,
  }, at);
  site.link.outgoing.count++;
}

/** Puts an ICMP query into the batch; `bytes` is its length, header included. */
export function addQuery(
  site: ProbeSite,
  query: { type: number; bytes?: number; tos?: number },
): void {
  const { view, at } = slot(site);
  const length = query.bytes ?? 20;
  view.setUint32(at + IPV4_LENGTH + 8, 0x0102_0304);
  const { tos = 0 } = query;
  writeIp(site, { protocol: Protocol.ICMP, length, address: undefined, tos });
  const fields = { type: query.type, code: 0, rest: 0x1234_5678, length };
  writeIcmp(view, at + IPV4_LENGTH, fields);
  site.link.outgoing.count++;
}

/** Puts an empty UDP datagram into the batch. */
export function addDatagram(site: ProbeSite, port: number): void {
  const { view, at } = slot(site);
  writeIp(site, { protocol: Protocol.UDP, length: UDP_LENGTH, address: undefined });
  const fields = { sourcePort: 40_000, destinationPort: port, length: UDP_LENGTH };
  writeUdp(view, at + IPV4_LENGTH, fields, at);
  site.link.outgoing.count++;
}

/** Sends what is in the batch. */
export function flush(site: ProbeSite): void {
  site.link.send();
  site.link.outgoing.count = 0;
}

/** Sends one segment and lets `waitMs` of virtual time pass; what came back in that time. */
export function ask(site: ProbeSite, segment: Segment, waitMs = 100): Answer[] {
  addSegment(site, segment);
  flush(site);
  return listen(site, waitMs);
}

/** Lets virtual time pass; what came back in that time. */
export function listen(site: ProbeSite, waitMs: number): Answer[] {
  const { link } = site;
  const answers: Answer[] = [];
  const end = link.now() + waitMs * 1_000;
  while (link.now() < end) {
    link.wait(micros(end));
    while (link.receive()) {
      const { view, start, time, length } = link.incoming;
      answers.push(describePacket(view, start, { time, length }));
    }
  }
  return answers;
}

function slot(site: ProbeSite): { view: DataView; at: number } {
  const { outgoing } = site.link;
  return { view: outgoing.view, at: outgoing.count * SLOT_SIZE + HEADROOM };
}

function writeIp(
  site: ProbeSite,
  packet: { protocol: number; length: number; address: number | undefined; tos?: number },
): void {
  const { view, at } = slot(site);
  const length = IPV4_LENGTH + packet.length;
  const { outgoing } = site.link;
  outgoing.lengths[outgoing.count] = length;
  outgoing.routes[outgoing.count] = site.route ?? 0;
  writeIpv4(view, at, {
    length,
    id: 0,
    ttl: 64,
    tos: packet.tos ?? 0,
    protocol: packet.protocol,
    source: site.source ?? SCANNER_ADDRESS,
    destination: packet.address ?? site.address,
  });
}

/** What a packet says, in words. All its headers must be there. */
export function describePacket(
  view: DataView,
  start: number,
  packet: { time: Micros; length: number },
): Answer {
  const at = start + ipv4HeaderLength(view, start);
  const answer: Answer = {
    kind: "",
    port: 0,
    localPort: 0,
    sequence: 0,
    acknowledgment: 0,
    code: 0,
    rest: 0,
    window: 0,
    source: ipv4Source(view, start),
    ttl: ipv4Ttl(view, start),
    tos: ipv4Tos(view, start),
    ...packet,
  };
  if (ipv4Protocol(view, start) === Protocol.ICMP) {
    answer.kind = ICMP_NAMES.get(icmpType(view, at)) ?? "icmp";
    answer.code = icmpCode(view, at);
    answer.rest = icmpIdAndSequence(view, at);
    return answer;
  }
  answer.kind = nameFlags(tcpFlags(view, at));
  answer.port = tcpSourcePort(view, at);
  answer.localPort = tcpDestinationPort(view, at);
  answer.sequence = tcpSequence(view, at);
  answer.acknowledgment = tcpAcknowledgment(view, at);
  answer.window = tcpWindow(view, at);
  return answer;
}

const ICMP_NAMES = new Map<number, string>([
  [IcmpType.ECHO_REPLY, "echo-reply"],
  [IcmpType.TIMESTAMP_REPLY, "timestamp-reply"],
  [IcmpType.MASK_REPLY, "mask-reply"],
  [IcmpType.UNREACHABLE, "unreachable"],
  [IcmpType.SOURCE_QUENCH, "source-quench"],
  [IcmpType.ECHO, "echo"],
]);

function nameFlags(flags: number): string {
  if ((flags & TcpFlag.RST) !== 0) return (flags & TcpFlag.ACK) !== 0 ? "rst-ack" : "rst";
  if ((flags & TcpFlag.SYN) !== 0) return (flags & TcpFlag.ACK) !== 0 ? "syn-ack" : "syn";
  return (flags & TcpFlag.ACK) !== 0 ? "ack" : "other";
}
