/**
 * Nodes of the simulator between two ends that only take notes: packets go in at exact times, and
 * what arrives where and when is a list.
 */
import { Network } from "sim/network.ts";
import type { Node, Site } from "sim/node.ts";
import { SCANNER_ADDRESS } from "sim/scenario.ts";
import { type Micros, micros } from "units";
import { IcmpType, writeIcmp } from "wire/icmp.ts";
import { IPV4_LENGTH, Protocol, writeIpv4 } from "wire/ipv4.ts";
import { TcpFlag, writeTcp } from "wire/tcp.ts";
import { type Answer, describePacket } from "./sim_probe.ts";

/** Where the lane leads: every address from here on, 256 of them. */
export const LANE_ADDRESS = 0xc0000200;

/** A packet to send; a SYN to port 80 unless it says otherwise. */
export interface LanePacket {
  kind?: "tcp" | "echo";
  address?: number;
  port?: number;
  localPort?: number;
  sequence?: number;
  acknowledgment?: number;
  flags?: number;
  tos?: number;
  ttl?: number;
  /** Bytes of the whole packet; padded if larger than its headers. */
  length?: number;
}

/** An end of the lane. */
export class Collector implements Node {
  readonly arrived: Answer[] = [];

  accept(packet: number, now: Micros, site: Site): void {
    const { pool } = site;
    const length = pool.length[packet]!;
    this.arrived.push(describePacket(pool.view(packet), pool.at(packet), { time: now, length }));
    site.drop(packet);
  }

  /** Nothing is ever asked for. */
  wake(): void {}

  /** How many arrived in a stretch of time. */
  countIn(from: number, until: number): number {
    return this.arrived.filter(({ time }) => time >= from && time < until).length;
  }
}

/** A route out and a route back, with notes taken at both ends. */
export class Lane {
  readonly network = new Network();
  readonly far = new Collector();
  readonly near = new Collector();

  /**
   * @param out Nodes on the way out; `far` is added at the end unless the last one answers.
   * @param back Nodes on the way back; `near` is added at the end.
   */
  constructor(out: readonly Node[], back: readonly Node[] = [], hasEnd = false) {
    this.network.attach({
      range: { first: LANE_ADDRESS, last: LANE_ADDRESS + 255 },
      out: hasEnd ? out : [...out, this.far],
      back: [...back, this.near],
    });
  }

  /** Sends a packet when it is time. */
  send(packet: LanePacket, at: number): void {
    this.network.schedule(micros(at), (now) => this.network.send(this.write(packet), now));
  }

  /** Lets time pass. */
  run(until: number): void {
    this.network.advance(micros(until));
  }

  /** Writes a packet into the pool; it goes nowhere yet. */
  write(packet: LanePacket): number {
    const isEcho = packet.kind === "echo";
    const flags = packet.flags ?? TcpFlag.SYN;
    const mss = !isEcho && (flags & TcpFlag.SYN) !== 0 ? 1_460 : 0;
    const least = IPV4_LENGTH + (isEcho ? 24 : 20 + (mss > 0 ? 4 : 0));
    const length = Math.max(packet.length ?? 0, least);
    const { pool } = this.network;
    const number = pool.take(length);
    const view = pool.view(number);
    const at = pool.at(number);
    writeIpv4(view, at, {
      length,
      id: 0,
      ttl: packet.ttl ?? 64,
      tos: packet.tos ?? 0,
      protocol: isEcho ? Protocol.ICMP : Protocol.TCP,
      source: SCANNER_ADDRESS,
      destination: packet.address ?? LANE_ADDRESS,
    });
    if (isEcho) {
      const rest = packet.sequence ?? 0;
      const body = { type: IcmpType.ECHO, code: 0, rest, length: length - IPV4_LENGTH };
      writeIcmp(view, at + IPV4_LENGTH, body);
      return number;
    }
    writeTcp(view, at + IPV4_LENGTH, {
      sourcePort: packet.localPort ?? 40_000,
      destinationPort: packet.port ?? 80,
      sequence: packet.sequence ?? 1_000,
      acknowledgment: packet.acknowledgment ?? 0,
      flags,
      window: 64_240,
      mss,
      padding: length - least,
    }, at);
    return number;
  }
}
