/**
 * What a capture is, whoever does the capturing: libpcap (`pcap_capture.ts`) or a ring of our own
 * (`packet_ring.ts`).
 */

/**
 * Bytes kept of each packet. The longest thing that is read is an ICMP error that quotes a packet
 * with all its options: 18 + 60 + 8 + 60 + 20.
 */
export const SNAP_LENGTH = 256;

/** Kernel buffer: some 20,000 packets of this length, which is 100 ms at 200,000 a second. */
export const BUFFER_SIZE = 8 << 20;

/** Packets that have come in on one interface. */
export interface Capture {
  /** Readable when packets wait. */
  readonly descriptor: number;

  /**
   * Loads the next packet.
   *
   * @returns False if none waits.
   * @throws {LinkError} `down` if the interface is gone.
   */
  next(): boolean;

  /** Packets lost so far because the buffer was full. */
  dropped(): number;

  /** Gives the capture back. */
  close(): void;
}
