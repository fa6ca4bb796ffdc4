/** Kinds of packets that boxes on a path treat apart, told by their headers. */
import { ipv4HeaderLength, ipv4Protocol, Protocol } from "wire/ipv4.ts";
import { TcpFlag, tcpFlags } from "wire/tcp.ts";
import type { PacketPool } from "./packet_pool.ts";

/** `syn` are TCP segments that open a connection; they are `tcp` too, and everything is `all`. */
export type TrafficClass = "all" | "tcp" | "syn" | "icmp" | "udp";

/** True if a packet is of a class. */
export function isOfClass(pool: PacketPool, packet: number, trafficClass: TrafficClass): boolean {
  if (trafficClass === "all") return true;
  const view = pool.view(packet);
  const at = pool.at(packet);
  const protocol = ipv4Protocol(view, at);
  switch (trafficClass) {
    case "icmp":
      return protocol === Protocol.ICMP;
    case "udp":
      return protocol === Protocol.UDP;
    case "tcp":
      return protocol === Protocol.TCP;
    case "syn": {
      if (protocol !== Protocol.TCP) return false;
      const flags = tcpFlags(view, at + ipv4HeaderLength(view, at));
      return (flags & (TcpFlag.SYN | TcpFlag.ACK)) === TcpFlag.SYN;
    }
  }
}
