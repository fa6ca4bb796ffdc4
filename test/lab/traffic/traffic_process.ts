/**
 * A source of numbered packets: `traffic_process.ts JOB`. SYNs at an even rate, whose sequence
 * numbers count from 0, so that whoever sees them pass can tell which is which. Prints what it has
 * sent when it is done.
 */
import { openNativeLink } from "ffi/native_link.ts";
import { BATCH_CAPACITY, HEADROOM, type Link, type Route, SLOT_SIZE } from "scan/link.ts";
import { micros, SECOND } from "units";
import { ipv4ToNumber, parseIpv4 } from "wire/address.ts";
import { updateChecksum32 } from "wire/checksum.ts";
import { IPV4_LENGTH, Protocol, writeIpv4 } from "wire/ipv4.ts";
import { TcpFlag, tcpSegmentLength, tcpSequence, writeTcp } from "wire/tcp.ts";

/** What is sent. */
export interface TrafficJob {
  readonly destination: string;
  readonly port: number;
  readonly localPort: number;
  /** Packets, and how many of them in a second. */
  readonly count: number;
  readonly rate: number;
  /** Bytes of each, IP header included. */
  readonly length: number;
}

/** What has been sent. */
export interface TrafficReport {
  readonly sent: number;
  /** In so many µs. */
  readonly duration: number;
}

/**
 * Shortest sleep, µs. Between packets that follow each other faster the sender does not sleep, and
 * above {@linkcode SMOOTH} a second it does all the same: it then sends what has become due.
 */
const LEAST_SLEEP = 60;
const SMOOTH = 50_000;

/** Where TCP has its sequence number and its checksum. */
const SEQUENCE = 4;
const CHECKSUM = 16;

if (import.meta.main) main(Deno.args);

/** Sends. */
function main([text]: string[]): void {
  const job: TrafficJob = JSON.parse(text!);
  const link = openNativeLink({ localPorts: { first: job.localPort, count: 1 } });
  const route = link.route(parseIpv4(job.destination)!);
  if (!route.reachable) throw new Error(`${job.destination} does not answer ARP`);
  for (let slot = 0; slot < BATCH_CAPACITY; slot++) fill(link, slot, { job, route });
  const report = send(link, job);
  link.close();
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(report)}\n`));
}

/** Writes packet 0 into a slot. */
function fill(link: Link, slot: number, { job, route }: { job: TrafficJob; route: Route }): void {
  const { view, lengths, routes } = link.outgoing;
  const at = slot * SLOT_SIZE + HEADROOM;
  const fields = {
    sourcePort: job.localPort,
    destinationPort: job.port,
    sequence: 0,
    acknowledgment: 0,
    flags: TcpFlag.SYN,
    window: 1_024,
    mss: 1_460,
    padding: 0,
  };
  fields.padding = job.length - IPV4_LENGTH - tcpSegmentLength(fields);
  lengths[slot] = job.length;
  routes[slot] = route.index;
  writeIpv4(view, at, {
    length: job.length,
    id: 0,
    ttl: 64,
    tos: 0,
    protocol: Protocol.TCP,
    source: ipv4ToNumber(route.source),
    destination: ipv4ToNumber(parseIpv4(job.destination)!),
  });
  writeTcp(view, at + IPV4_LENGTH, fields, at);
}

/** Sends all packets, each when it is due or as soon after it as the machine allows. */
function send(link: Link, { count, rate }: TrafficJob): TrafficReport {
  const start = link.now();
  const least = rate > SMOOTH ? LEAST_SLEEP : 0;
  let sent = 0;
  while (sent < count) {
    const due = Math.min(count, Math.floor(((link.now() - start) * rate) / SECOND) + 1);
    const now = Math.min(due - sent, BATCH_CAPACITY);
    for (let slot = 0; slot < now; slot++) number(link.outgoing.view, slot, sent + slot);
    link.outgoing.count = now;
    if (now > 0) sent += link.send();
    else link.wait(micros(Math.max(start + (sent * SECOND) / rate, link.now() + least)));
  }
  return { sent, duration: link.now() - start };
}

/** Gives the packet in a slot its number. */
function number(view: DataView, slot: number, value: number): void {
  const at = slot * SLOT_SIZE + HEADROOM + IPV4_LENGTH;
  const before = tcpSequence(view, at);
  const checksum = view.getUint16(at + CHECKSUM);
  view.setUint32(at + SEQUENCE, value);
  view.setUint16(at + CHECKSUM, updateChecksum32(checksum, before, value));
}
