/** The Ethernet header that frames leave with, as the sockets take it: the last 14 of 16 bytes. */
import { EtherType, writeEthernet } from "wire/ethernet.ts";

/** Bytes of a hardware address. */
export const HARDWARE_BYTES = 6;

/** Bytes of a header with what stands before it, so that words are aligned. */
export const HEADER_BYTES = 16;

/** To everybody: who the receiver is has not been seen yet. */
const BROADCAST = new Uint8Array(HARDWARE_BYTES).fill(0xff);

/** Where the header starts in its 16 bytes. */
const START = 2;

/** See the file's comment. */
export class LinkHeader {
  readonly words: Uint32Array<ArrayBuffer> = new Uint32Array(HEADER_BYTES / 4);
  readonly #bytes = new Uint8Array(this.words.buffer);

  /** From `source` to everybody until {@linkcode setDestination} is called. */
  constructor(source: Uint8Array, type: number = EtherType.IPV4) {
    writeEthernet(this.#bytes, START, { destination: BROADCAST, source, type });
  }

  /** From now on to this address. */
  setDestination(destination: Uint8Array): void {
    this.#bytes.set(destination, START);
  }

  /** From now on from this address. */
  setSource(source: Uint8Array): void {
    this.#bytes.set(source, START + HARDWARE_BYTES);
  }
}
