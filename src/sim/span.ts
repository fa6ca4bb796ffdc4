/** A packet of the pool, as the wire floor's builder of answers reads and writes it. */
import type { PacketSpan } from "wire/build.ts";
import type { PacketPool } from "./packet_pool.ts";

/** One of these per node, loaded packet by packet. */
export class Span implements PacketSpan {
  view: DataView = new DataView(new ArrayBuffer(0));
  start = 0;
  length = 0;

  /** Points to a packet. */
  load(pool: PacketPool, packet: number): this {
    this.view = pool.view(packet);
    this.start = pool.at(packet);
    this.length = pool.stored(packet);
    return this;
  }
}
