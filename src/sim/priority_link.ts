/**
 * A link with classes of service: each class waits in a queue of its own, and the first class that
 * has a packet is served (strict priority, not interrupting what is being sent). So ICMP may pass
 * while SYNs wait, and its round trips say nothing about theirs.
 */
import { assert } from "assertion";
import { type Micros, micros, SECOND } from "units";
import { wireBytes } from "./bottleneck.ts";
import type { Node, Site } from "./node.ts";
import { NO_PACKET } from "./packet_pool.ts";
import { PacketQueue } from "./packet_queue.ts";
import { isOfClass, type TrafficClass } from "./traffic_class.ts";

/** One class of service. */
export interface ServiceClass {
  readonly class: TrafficClass;
  /** Packets that may wait. */
  readonly queuePackets: number;
}

/** What a link with classes is like. */
export interface PriorityLinkOptions {
  /** Bits per second on the wire. */
  readonly bitsPerSecond: number;
  /** The first that a packet belongs to is its class; the last has to take everything. */
  readonly classes: readonly ServiceClass[];
}

/** See the file's comment. */
export class PriorityLink implements Node {
  readonly #microsPerByte: number;
  readonly #classes: readonly TrafficClass[];
  readonly #queues: readonly PacketQueue[];
  #sending = NO_PACKET;
  /** Packets that found the queue of their class full, by class. */
  readonly dropped: number[];

  constructor(options: PriorityLinkOptions) {
    assert(options.classes.at(-1)?.class === "all", "The last class of service takes everything");
    this.#microsPerByte = (8 * SECOND) / options.bitsPerSecond;
    this.#classes = options.classes.map((service) => service.class);
    this.#queues = options.classes.map((service) => new PacketQueue(service.queuePackets));
    this.dropped = options.classes.map(() => 0);
  }

  accept(packet: number, now: Micros, site: Site): void {
    if (this.#sending === NO_PACKET) return this.#send(packet, now, site);
    let of = 0;
    while (!isOfClass(site.pool, packet, this.#classes[of]!)) of++;
    if (this.#queues[of]!.push(packet)) return;
    this.dropped[of]!++;
    site.drop(packet);
  }

  /** The packet that was being sent has left. */
  wake(now: Micros, _cookie: number, site: Site): void {
    const sent = this.#sending;
    this.#sending = NO_PACKET;
    for (let of = 0; of < this.#queues.length; of++) {
      const next = this.#queues[of]!.shift();
      if (next === NO_PACKET) continue;
      this.#send(next, now, site);
      break;
    }
    site.pass(sent, now);
  }

  #send(packet: number, now: Micros, site: Site): void {
    this.#sending = packet;
    const time = wireBytes(site.pool.length[packet]!) * this.#microsPerByte;
    site.wakeAt(micros(now + time), 0);
  }
}
