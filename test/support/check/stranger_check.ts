/**
 * Nothing is believed that answers no packet of ours: keeps a book of all packets that left and
 * counts what arrives and really answers one of them, without the scanner's tags. A flow must never
 * have counted more answers than that.
 */
import { formatIpv4 } from "wire/address.ts";
import { ICMP_LENGTH, icmpIdAndSequence, icmpType, isIcmpError } from "wire/icmp.ts";
import {
  ipv4Destination,
  ipv4HeaderLength,
  ipv4Protocol,
  ipv4Source,
  Protocol,
} from "wire/ipv4.ts";
import { tcpAcknowledgment, TcpFlag, tcpFlags, tcpSequence } from "wire/tcp.ts";
import type { Flow } from "engine/flow.ts";
import type { Network } from "sim/network.ts";
import type { Listener } from "sim/scanner_end.ts";
import type { SimWorker, VirtualNetwork } from "sim/sim_scan.ts";
import { type Checker, demand } from "./checker.ts";

/** Ports and protocol of a packet and a number in it, as the key of a book. */
type Entry = string;

/** See the file's comment. */
export class StrangerCheck implements Checker, Listener {
  readonly #network: Network;
  readonly #addressOf: (flow: Flow) => number;
  readonly #sent = new Set<Entry>();
  /** Answers by address of the target. */
  readonly #answers = new Map<number, number>();

  /** @param addressOf The address of a deep flow's target. */
  constructor(network: VirtualNetwork, addressOf: (flow: Flow) => number) {
    this.#network = network.simulator.network;
    this.#addressOf = addressOf;
    this.#watchSending();
    network.end.listen(this);
  }

  hear(packet: number): void {
    const { pool } = this.#network;
    const view = pool.view(packet);
    const at = pool.at(packet);
    // What a flipped bit has made of a true answer is not known here, so it may be believed.
    const target = pool.damaged[packet] === 1 ? ipv4Source(view, at) : this.#answeredBy(view, at);
    if (target >= 0) this.#answers.set(target, (this.#answers.get(target) ?? 0) + 1);
  }

  afterStep({ runner }: SimWorker): void {
    for (const flow of runner.flows) {
      const address = this.#addressOf(flow);
      const { replies } = flow.stats;
      const answers = this.#answers.get(address) ?? 0;
      demand(
        replies <= answers,
        () => `${replies} answers of ${formatIpv4(address)} were believed, there were ${answers}`,
      );
    }
  }

  #watchSending(): void {
    const network = this.#network;
    const send = network.send.bind(network);
    network.send = (packet, now) => {
      this.#note(network.pool.view(packet), network.pool.at(packet));
      send(packet, now);
    };
  }

  #note(view: DataView, at: number): void {
    const body = at + ipv4HeaderLength(view, at);
    const target = ipv4Destination(view, at);
    const isReset = ipv4Protocol(view, at) === Protocol.TCP &&
      (tcpFlags(view, body) & TcpFlag.RST) !== 0;
    if (isReset) return;
    this.#sent.add(entryOf(view, at, target));
    if (ipv4Protocol(view, at) !== Protocol.TCP) return;
    this.#sent.add(tcpEntry(target, view.getUint32(body), tcpAcknowledgment(view, body)));
  }

  /** The target whose answer to a packet of ours this is; -1 if it is none. */
  #answeredBy(view: DataView, at: number): number {
    const body = at + ipv4HeaderLength(view, at);
    const source = ipv4Source(view, at);
    if (ipv4Protocol(view, at) === Protocol.TCP) {
      const ports = view.getUint32(body);
      const turned = ((ports << 16) | (ports >>> 16)) >>> 0;
      const hasAck = (tcpFlags(view, body) & TcpFlag.ACK) !== 0;
      const number = hasAck ? tcpAcknowledgment(view, body) - 1 : tcpSequence(view, body);
      return this.#sent.has(tcpEntry(source, turned, number >>> 0)) ? source : -1;
    }
    if (ipv4Protocol(view, at) !== Protocol.ICMP) return -1;
    if (!isIcmpError(icmpType(view, body))) {
      const isOurs = this.#sent.has(icmpEntry(source, icmpIdAndSequence(view, body)));
      return isOurs ? source : -1;
    }
    const quoted = body + ICMP_LENGTH;
    const target = ipv4Destination(view, quoted);
    return this.#sent.has(entryOf(view, quoted, target)) ? target : -1;
  }
}

/** The entry of a packet, whole or quoted. */
function entryOf(view: DataView, at: number, target: number): Entry {
  const body = at + ipv4HeaderLength(view, at);
  switch (ipv4Protocol(view, at)) {
    case Protocol.TCP:
      return tcpEntry(target, view.getUint32(body), tcpSequence(view, body));
    case Protocol.ICMP:
      return icmpEntry(target, icmpIdAndSequence(view, body));
    default:
      return `other ${target} ${view.getUint32(body)}`;
  }
}

function tcpEntry(target: number, ports: number, number: number): Entry {
  return `tcp ${target} ${ports} ${number}`;
}

function icmpEntry(target: number, number: number): Entry {
  return `icmp ${target} ${number}`;
}
