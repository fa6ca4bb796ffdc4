/**
 * A packet prepared once and stamped many times: the constant bytes are copied word by word, what
 * changes is patched, and checksums come from the sums of the constant parts plus the patches, so
 * that no packet is summed again. IPv4 without options. What else is patched, and where, is known
 * to whoever stamps.
 */
import { finish, sumOfUint32, sumWords } from "./checksum.ts";
import { IPV4_LENGTH, ipv4Protocol, Protocol } from "./ipv4.ts";

/** Offsets in the IP header. */
const CHECKSUM = 10;
const SOURCE = 12;
const DESTINATION = 16;

/** What changes in the IP header from packet to packet. One record is kept and reused. */
export interface Stamp {
  /** Address as a number. */
  source: number;
  /** Address as a number. */
  destination: number;
  /** IP identification. */
  id: number;
  /** Type of service byte. */
  tos: number;
  /** Bytes that follow the packet's own; the caller fills them with zeros. */
  padding: number;
}

/** A packet to copy. */
export class Template {
  /** Bytes of the packet. */
  readonly length: number;
  readonly #words: Int32Array;
  readonly #headerSum: number;
  readonly #bodySum: number;
  /** True where addresses and length count in the body's checksum: TCP and UDP. */
  readonly #hasPseudoHeader: boolean;

  /**
   * @param packet The packet. What {@linkcode Stamp} names and all that will be patched must be 0,
   * the checksum of the body included; that of the IP header is ignored.
   */
  constructor(packet: DataView) {
    this.length = packet.byteLength;
    const padded = new DataView(new ArrayBuffer((this.length + 3) & ~3));
    for (let i = 0; i < this.length; i++) padded.setUint8(i, packet.getUint8(i));
    padded.setUint16(CHECKSUM, 0);
    this.#words = new Int32Array(padded.byteLength >>> 2);
    for (let i = 0; i < this.#words.length; i++) this.#words[i] = padded.getInt32(4 * i);
    const protocol = ipv4Protocol(packet, 0);
    const bodyLength = this.length - IPV4_LENGTH;
    this.#headerSum = sumWords(padded, 0, IPV4_LENGTH);
    this.#hasPseudoHeader = protocol !== Protocol.ICMP;
    this.#bodySum = sumWords(padded, IPV4_LENGTH, bodyLength) +
      (this.#hasPseudoHeader ? protocol + bodyLength : 0);
  }

  /**
   * Writes the packet at `at`, its IP header finished. Up to 3 bytes behind it are overwritten.
   *
   * @returns Sum of the body so far: add the patches to it and finish it.
   */
  stamp(view: DataView, at: number, { source, destination, id, tos, padding }: Stamp): number {
    const words = this.#words;
    for (let i = 2; i < words.length; i++) view.setInt32(at + 4 * i, words[i]!);
    // The total length stands beside the type of service, the flags beside the id.
    view.setInt32(at, words[0]! + (tos << 16) + padding);
    view.setInt32(at + 4, words[1]! | (id << 16));
    view.setUint32(at + SOURCE, source);
    view.setUint32(at + DESTINATION, destination);
    const addresses = sumOfUint32(source) + sumOfUint32(destination);
    view.setUint16(at + CHECKSUM, finish(this.#headerSum + tos + padding + id + addresses));
    return this.#hasPseudoHeader ? this.#bodySum + addresses + padding : this.#bodySum;
  }
}
