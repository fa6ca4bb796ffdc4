/**
 * What every real link carries beside a scan: now and then a broadcast. A namespace is dead silent
 * without it, and a scanner whose receiving thread looks at the clock only when a packet has come
 * (masscan, GitHub issue 476) would never end there. All contenders get the same chatter.
 */
import { ARP_LENGTH, writeArpRequest } from "wire/arp.ts";
import { ETHERNET_LENGTH, EtherType, writeEthernet } from "wire/ethernet.ts";
import { libc } from "ffi/libc.ts";
import { openPacketSocket } from "ffi/raw_socket.ts";
import { bindSocket, closeSocket, EtherProtocol, packetAddress } from "ffi/socket.ts";
import { inNamespace } from "ffi/testing.ts";
import type { Namespace } from "../test/lab/netns.ts";

/** Between two broadcasts, ms: often enough to end a scanner in time, too rare to matter. */
const PERIOD_MS = 100;

/** To all machines of the link. */
const BROADCAST = new Uint8Array(6).fill(0xff);

/** Nobody's address: the announcement tells nobody anything. */
const NOBODY = new Uint8Array(4);

/** Broadcasts ARP from an interface until it is disposed of. */
export class Chatter implements Disposable {
  readonly #descriptor: number;
  readonly #timer: ReturnType<typeof setInterval>;

  /** @param interfaceName The far end of the scanner's cable. */
  constructor(namespace: Namespace, interfaceName: string) {
    const [link] = JSON.parse(namespace.ip(`-json link show dev ${interfaceName}`));
    this.#descriptor = inNamespace(namespace.name, () => openPacketSocket(EtherProtocol.NONE));
    bindSocket(this.#descriptor, packetAddress(link.ifindex, EtherProtocol.NONE));
    const frame = announcement(link.address);
    this.#timer = setInterval(
      () => libc().send(this.#descriptor, frame, BigInt(frame.length), 0),
      PERIOD_MS,
    );
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    closeSocket(this.#descriptor);
  }
}

/** A request that nobody answers. */
function announcement(address: string): Uint8Array<ArrayBuffer> {
  const hardware = Uint8Array.from(address.split(":"), (byte) => parseInt(byte, 16));
  const frame = new Uint8Array(ETHERNET_LENGTH + ARP_LENGTH);
  writeEthernet(frame, 0, { destination: BROADCAST, source: hardware, type: EtherType.ARP });
  writeArpRequest(frame, ETHERNET_LENGTH, { hardware, sender: NOBODY, target: NOBODY });
  return frame;
}
