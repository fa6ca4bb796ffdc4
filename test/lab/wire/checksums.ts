/**
 * Checksums that the sender has left to its network card (CHECKSUM_PARTIAL): on a cable that is
 * none nobody else finishes them, and the receiver would throw the packets away.
 */
import { ipv4HeaderLength, ipv4Length, ipv4Protocol, Protocol } from "wire/ipv4.ts";
import { finishTcp, TCP_LENGTH } from "wire/tcp.ts";
import {
  UDP_LENGTH,
  udpDatagramLength,
  udpDestinationPort,
  udpSourcePort,
  writeUdp,
} from "wire/udp.ts";

/** Finishes the TCP or UDP checksum of the whole IPv4 packet at `at`. */
export function finishChecksum(view: DataView, at: number): void {
  const header = ipv4HeaderLength(view, at);
  const body = at + header;
  const length = ipv4Length(view, at) - header;
  const protocol = ipv4Protocol(view, at);
  if (protocol === Protocol.TCP && length >= TCP_LENGTH) finishTcp(view, body, length, at);
  if (protocol !== Protocol.UDP || length < UDP_LENGTH) return;
  if (udpDatagramLength(view, body) !== length) return;
  const sourcePort = udpSourcePort(view, body);
  const destinationPort = udpDestinationPort(view, body);
  writeUdp(view, body, { sourcePort, destinationPort, length }, at);
}
