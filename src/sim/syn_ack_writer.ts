/** SYN-ACKs that are sent again: they answer no packet at hand, only what a table remembers. */
import { IPV4_LENGTH, Protocol, writeIpv4 } from "wire/ipv4.ts";
import { addSequence } from "wire/seq.ts";
import { TcpFlag, tcpSegmentLength, writeTcp } from "wire/tcp.ts";
import type { HalfOpenTable } from "./half_open.ts";
import type { PacketPool } from "./packet_pool.ts";

/** See the file's comment. Its public fields hold until they are changed. */
export class SynAckWriter {
  ttl = 64;
  window = 0;
  /** 0: no option. */
  mss = 0;
  readonly #ip = {
    length: 0,
    id: 0,
    ttl: 64,
    tos: 0,
    protocol: Protocol.TCP,
    source: 0,
    destination: 0,
  };
  readonly #tcp = {
    sourcePort: 0,
    destinationPort: 0,
    sequence: 0,
    acknowledgment: 0,
    flags: TcpFlag.SYN | TcpFlag.ACK,
    window: 0,
    mss: 0,
    padding: 0,
  };

  /** Writes the SYN-ACK of a half-open connection into a new packet. */
  write(pool: PacketPool, table: HalfOpenTable, record: number): number {
    const ip = this.#ip;
    const tcp = this.#tcp;
    const ports = table.portsOf(record);
    tcp.sourcePort = ports >>> 16;
    tcp.destinationPort = ports & 0xffff;
    tcp.sequence = table.ownSequence[record]!;
    tcp.acknowledgment = addSequence(table.sequence[record]!, 1);
    tcp.window = this.window;
    tcp.mss = this.mss;
    ip.length = IPV4_LENGTH + tcpSegmentLength(tcp);
    ip.ttl = this.ttl;
    ip.source = table.localOf(record);
    ip.destination = table.remoteOf(record);
    const packet = pool.take(ip.length);
    const view = pool.view(packet);
    const at = pool.at(packet);
    writeIpv4(view, at, ip);
    writeTcp(view, at + IPV4_LENGTH, tcp, at);
    return packet;
  }
}
