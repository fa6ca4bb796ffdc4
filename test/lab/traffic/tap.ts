/**
 * A look at one interface: which numbered packets (`traffic_process.ts`) pass it, and when, by the
 * time stamps of the kernel. It sees them beside whoever else does, and changes nothing.
 */
import { interfaceByName } from "ffi/interfaces.ts";
import { Netlink } from "ffi/netlink.ts";
import { inNamespace } from "ffi/testing.ts";
import { type Micros, micros, SECOND } from "units";
import { EtherType } from "wire/ethernet.ts";
import {
  checkIpv4,
  HeaderCheck,
  IPV4_LENGTH,
  ipv4Length,
  ipv4Protocol,
  isIpv4Intact,
  Protocol,
} from "wire/ipv4.ts";
import { isTcpIntact, TCP_LENGTH, tcpDestinationPort, tcpSequence } from "wire/tcp.ts";
import type { Namespace } from "../netns.ts";
import { FrameSource } from "../wire/frame_source.ts";

/** A packet that has been seen. */
export interface Sighting {
  /** Its number. */
  readonly number: number;
  /** CLOCK_REALTIME, for the stamps of one machine are compared with each other only. */
  readonly time: Micros;
  /** True if both its checksums are right. */
  readonly isIntact: boolean;
}

/** Stamps as they are: nothing here is compared with the monotonic clock. */
const REALTIME = {
  fromRealtime: (seconds: number, microseconds: number): Micros =>
    micros(seconds * SECOND + microseconds),
};

/** What is looked at. */
export interface TapOptions {
  readonly namespace: Namespace;
  readonly interfaceName: string;
  readonly direction: "in" | "out";
  /** Destination port of the packets that count. */
  readonly port: number;
}

/** See the file's comment. */
export class Tap implements Disposable {
  /** In the order in which they passed. */
  readonly sightings: Sighting[] = [];
  readonly #source: FrameSource;
  readonly #options: TapOptions;

  constructor(options: TapOptions) {
    this.#options = options;
    this.#source = inNamespace(options.namespace.name, () => {
      const netlink = new Netlink();
      const found = interfaceByName(netlink, options.interfaceName);
      netlink.close();
      return new FrameSource(found, { clock: REALTIME, direction: "both" });
    });
  }

  /** Takes down what has passed; to be called before the ring (8,192 frames) is full. */
  drain(): void {
    const source = this.#source;
    while (source.look()) {
      if (source.isOutgoing === (this.#options.direction === "out")) this.#note();
      source.release();
    }
  }

  /** Packets that were not seen because the ring was full. */
  missed(): number {
    return this.#source.dropped();
  }

  [Symbol.dispose](): void {
    this.#source.close();
  }

  #note(): void {
    const { view, start, length, type, time } = this.#source;
    if (type !== EtherType.IPV4 || length < IPV4_LENGTH + TCP_LENGTH) return;
    // A flipped bit may have made nonsense of the header.
    if (checkIpv4(view, start, length) !== HeaderCheck.OK) return;
    const at = start + IPV4_LENGTH;
    if (ipv4Protocol(view, start) !== Protocol.TCP) return;
    if (tcpDestinationPort(view, at) !== this.#options.port) return;
    const bytes = Math.min(ipv4Length(view, start), length) - IPV4_LENGTH;
    this.sightings.push({
      number: tcpSequence(view, at),
      time,
      isIntact: isIpv4Intact(view, start) && isTcpIntact(view, at, bytes, start),
    });
  }
}
