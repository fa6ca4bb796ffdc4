/** UDP header (RFC 768). */

/** Bytes of the header. */
export const UDP_LENGTH = 8;

export function udpSourcePort(view: DataView, at: number): number {
  return view.getUint16(at);
}

export function udpDestinationPort(view: DataView, at: number): number {
  return view.getUint16(at + 2);
}

export function udpChecksum(view: DataView, at: number): number {
  return view.getUint16(at + 6);
}
