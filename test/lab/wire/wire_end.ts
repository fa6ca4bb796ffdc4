/**
 * One end of the wire: what comes in by an interface and what leaves by it. It learns who is on the
 * other side of the cable from what it receives.
 */
import type { Clock } from "ffi/clock.ts";
import type { NetworkInterface } from "ffi/interfaces.ts";
import type { Node, Site } from "sim/node.ts";
import { NO_PACKET, type PacketPool } from "sim/packet_pool.ts";
import { type Micros, micros } from "units";
import { checkIpv4, HeaderCheck, ipv4Length } from "wire/ipv4.ts";
import { finishChecksum } from "./checksums.ts";
import { FrameSink, MAX_PACKET } from "./frame_sink.ts";
import { FrameSource } from "./frame_source.ts";
import type { Lateness } from "./lateness.ts";
import { HARDWARE_BYTES, LinkHeader } from "./link_header.ts";

/** What has passed through an end. */
export interface EndCounters {
  /** IP packets that came in. */
  received: number;
  /** Frames that left. */
  sent: number;
  /** Frames that the kernel did not take. */
  refused: number;
  /** Frames that came while the ring was full. */
  dropped: number;
  /** Packets that are longer than the cable carries, or no IPv4. */
  malformed: number;
}

/** What the ends of a wire share. */
export interface SharedByEnds {
  readonly clock: Clock;
  readonly lateness: Lateness;
}

/** See the file's comment. As a node it is where routes leave the virtual network. */
export class WireEnd implements Node {
  readonly source: FrameSource;
  readonly sink: FrameSink;
  /** Header of the packets that leave. */
  readonly header: LinkHeader;
  /** Address of the interface. */
  readonly ownHardware: Uint8Array;
  /** Who sent the frame seen last. */
  readonly peerHardware: Uint8Array<ArrayBuffer> = new Uint8Array(HARDWARE_BYTES);
  /** Machine's time at which virtual time was 0. */
  epoch = 0;
  #received = 0;
  #malformed = 0;
  readonly #leaving: { pool: PacketPool; header: Uint32Array; due: Micros };

  /** @throws {LinkError} If rights are missing or the interface is gone. */
  constructor(networkInterface: NetworkInterface, pool: PacketPool, shared: SharedByEnds) {
    this.ownHardware = networkInterface.address;
    this.header = new LinkHeader(this.ownHardware);
    this.#leaving = { pool, header: this.header.words, due: micros(0) };
    this.source = new FrameSource(networkInterface, { clock: shared.clock, direction: "in" });
    this.sink = new FrameSink(networkInterface, shared);
  }

  /** What has passed so far. */
  get counters(): EndCounters {
    return {
      received: this.#received,
      sent: this.sink.sent,
      refused: this.sink.refused,
      dropped: this.source.dropped(),
      malformed: this.#malformed,
    };
  }

  /** Learns the sender of the frame at hand; true if it is another than before. */
  learnPeer(): boolean {
    const { bytes, start } = this.source;
    const peer = this.peerHardware;
    const from = start - 8;
    let isNew = false;
    for (let i = 0; i < HARDWARE_BYTES; i++) {
      if (peer[i] === bytes[from + i]) continue;
      peer[i] = bytes[from + i]!;
      isNew = true;
    }
    if (isNew) this.header.setDestination(peer);
    return isNew;
  }

  /** Copies the packet at hand into the pool, its checksum finished; -1 for what is no packet. */
  take(): number {
    const { source } = this;
    const { view, start, length } = source;
    const { pool } = this.#leaving;
    const isPacket = checkIpv4(view, start, length) === HeaderCheck.OK &&
      ipv4Length(view, start) <= Math.min(length, MAX_PACKET);
    if (!isPacket) {
      this.#malformed++;
      return NO_PACKET;
    }
    this.#received++;
    const packet = pool.load(source, start, ipv4Length(view, start));
    if (source.isUnfinished) finishChecksum(pool.view(packet), pool.at(packet));
    return packet;
  }

  accept(packet: number, now: Micros, site: Site): void {
    const leaving = this.#leaving;
    leaving.due = micros(now + this.epoch);
    // Traffic of other people that ends at a real machine has a length only, and no bytes.
    if (site.pool.stored(packet) === site.pool.length[packet]) {
      this.sink.addPacket(packet, leaving);
    }
    site.drop(packet);
  }

  /** Nothing is ever asked for. */
  wake(): void {}

  /** Gives the sockets back. */
  close(): void {
    this.source.close();
    this.sink.close();
  }
}
