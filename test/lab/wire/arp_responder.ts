/** Answers ARP requests for addresses that stand behind an end of the wire. */
import { ipv4ToNumber } from "wire/address.ts";
import {
  ARP_LENGTH,
  ARP_SENDER_ADDRESS,
  ARP_SENDER_HARDWARE,
  ARP_TARGET_ADDRESS,
  ArpOperation,
  arpOperation,
} from "wire/arp.ts";
import { EtherType } from "wire/ethernet.ts";
import type { Micros } from "units";
import { HARDWARE_BYTES, LinkHeader } from "./link_header.ts";
import type { WireEnd } from "./wire_end.ts";

/** Where the target's hardware address starts, and the operation. */
const ARP_TARGET_HARDWARE = 18;
const ARP_OPERATION = 6;

/** See the file's comment. */
export class ArpResponder {
  readonly #end: WireEnd;
  readonly #isOurs: (address: number) => boolean;
  readonly #header: LinkHeader;

  /** @param isOurs Tells for which addresses it answers. */
  constructor(end: WireEnd, isOurs: (address: number) => boolean) {
    this.#end = end;
    this.#isOurs = isOurs;
    this.#header = new LinkHeader(end.ownHardware, EtherType.ARP);
  }

  /** Answers the frame at hand if it asks for one of ours. */
  handleFrame(now: Micros): void {
    const { view, bytes, start, length } = this.#end.source;
    if (length < ARP_LENGTH || arpOperation(view, start) !== ArpOperation.REQUEST) return;
    const asked = bytes.slice(start, start + ARP_LENGTH);
    const target = asked.subarray(ARP_TARGET_ADDRESS, ARP_LENGTH);
    if (!this.#isOurs(ipv4ToNumber(target))) return;
    const reply = asked.slice();
    reply[ARP_OPERATION + 1] = ArpOperation.REPLY;
    reply.set(this.#end.ownHardware, ARP_SENDER_HARDWARE);
    reply.set(target, ARP_SENDER_ADDRESS);
    reply.set(asked.subarray(ARP_SENDER_HARDWARE, ARP_TARGET_HARDWARE), ARP_TARGET_HARDWARE);
    this.#header.setDestination(
      asked.subarray(ARP_SENDER_HARDWARE, ARP_SENDER_HARDWARE + HARDWARE_BYTES),
    );
    this.#end.sink.addBytes(reply, this.#header.words, now);
  }
}
