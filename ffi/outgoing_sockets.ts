/**
 * The sockets that ways share: one per interface and manner of sending, opened when first needed.
 */
import type { PacketBatch } from "scan/link.ts";
import type { NetworkInterface } from "./interfaces.ts";
import { EthernetSocket, IpSocket, type OutgoingSocket } from "./raw_socket.ts";

/** Opens and keeps sockets. */
export class OutgoingSockets {
  readonly #batch: PacketBatch;
  readonly #isDown: (interfaceIndex: number) => boolean;
  readonly #sockets = new Map<string, OutgoingSocket>();

  /** @param isDown Tells whether an interface is off, where a missing route may have that cause. */
  constructor(batch: PacketBatch, isDown: (interfaceIndex: number) => boolean) {
    this.#batch = batch;
    this.#isDown = isDown;
  }

  /**
   * For frames on an Ethernet link.
   *
   * @throws {LinkError} If the interface is gone.
   */
  ethernet({ name, index }: NetworkInterface): OutgoingSocket {
    const options = { interfaceName: name, interfaceIndex: index };
    return this.#share(`ethernet ${index}`, () => new EthernetSocket(this.#batch, options));
  }

  /**
   * For links without Ethernet header.
   *
   * @throws {LinkError} If the interface is gone.
   */
  ip({ name, index }: NetworkInterface): OutgoingSocket {
    const options = { interfaceName: name, isDown: () => this.#isDown(index) };
    return this.#share(`ip ${index}`, () => new IpSocket(this.#batch, options));
  }

  /** For the machine's own addresses. */
  own(): OutgoingSocket {
    return this.#share("own", () => new IpSocket(this.#batch, {}));
  }

  /** Gives the sockets back. */
  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }

  #share(key: string, open: () => OutgoingSocket): OutgoingSocket {
    const known = this.#sockets.get(key);
    if (known) return known;
    const socket = open();
    this.#sockets.set(key, socket);
    return socket;
  }
}
