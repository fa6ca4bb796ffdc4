/**
 * What a wire joins: two real ends with paths in between, or one real end and a virtual network
 * behind it. The loop brings packets here; where they leave is a node at the end of their route.
 */
import type { Network } from "sim/network.ts";
import type { Node } from "sim/node.ts";
import type { Micros } from "units";
import { EtherType } from "wire/ethernet.ts";
import { ArpResponder } from "./arp_responder.ts";
import { HEADER_BYTES } from "./link_header.ts";
import type { WireEnd } from "./wire_end.ts";

/** See the file's comment. */
export interface Fabric {
  readonly network: Network;
  readonly ends: readonly WireEnd[];

  /** A packet of the pool has come in; `now` is virtual time, and that of the network. */
  enter(end: WireEnd, packet: number, now: Micros): void;

  /** The frame at hand is no IPv4; `now` is the machine's time. */
  divert(end: WireEnd, now: Micros): void;
}

/** Ways from the scanner's side and back, over whatever stands there. */
export interface Ways {
  readonly out: readonly Node[];
  readonly back: readonly Node[];
}

/** Two ends, and ways between them. What is no IPv4 (ARP) passes at once. */
export class Passage implements Fabric {
  readonly network: Network;
  readonly ends: readonly WireEnd[];
  readonly #near: WireEnd;
  readonly #far: WireEnd;
  readonly #out: number;
  readonly #back: number;

  constructor(network: Network, { near, far }: { near: WireEnd; far: WireEnd }, ways: Ways) {
    this.network = network;
    this.ends = [near, far];
    this.#near = near;
    this.#far = far;
    this.#back = network.addRoute([...ways.back, near]);
    this.#out = network.addRoute([...ways.out, far], this.#back);
  }

  enter(end: WireEnd, packet: number, now: Micros): void {
    this.network.launch(packet, end === this.#near ? this.#out : this.#back, now);
  }

  divert(end: WireEnd, now: Micros): void {
    const other = end === this.#near ? this.#far : this.#near;
    // Each side is to see the other's address, as if there were a cable only.
    if (end.learnPeer()) other.header.setSource(end.peerHardware);
    const { bytes, start, length } = end.source;
    const header = new Uint8Array(HEADER_BYTES);
    header.set(bytes.subarray(start - 14, start), 2);
    const words = new Uint32Array(header.buffer);
    other.sink.addBytes(bytes.subarray(start, start + length), words, now);
  }
}

/** One end, and a virtual network behind it: the end is the router that leads there. */
export class Gateway implements Fabric {
  readonly network: Network;
  readonly ends: readonly WireEnd[];
  readonly #arp: ArpResponder;

  /** @param address That of the router, as a number. */
  constructor(network: Network, end: WireEnd, address: number) {
    this.network = network;
    this.ends = [end];
    this.#arp = new ArpResponder(end, (asked) => asked === address || network.isRouted(asked));
  }

  enter(_end: WireEnd, packet: number, now: Micros): void {
    this.network.send(packet, now);
  }

  divert(end: WireEnd, now: Micros): void {
    end.learnPeer();
    if (end.source.type === EtherType.ARP) this.#arp.handleFrame(now);
  }
}
