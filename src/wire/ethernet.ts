/** Ethernet II header: destination, source, type. */

/** Bytes of the header. */
export const ETHERNET_LENGTH = 14;

/** EtherTypes. */
export const EtherType = { IPV4: 0x0800, ARP: 0x0806, VLAN: 0x8100, IPV6: 0x86dd } as const;

/** EtherType of the frame at `at`. */
export function etherType(view: DataView, at: number): number {
  return view.getUint16(at + 12);
}

/** Writes a header; the addresses have 6 bytes. */
export function writeEthernet(
  bytes: Uint8Array,
  at: number,
  fields: { destination: Uint8Array; source: Uint8Array; type: number },
): void {
  bytes.set(fields.destination, at);
  bytes.set(fields.source, at + 6);
  bytes[at + 12] = fields.type >>> 8;
  bytes[at + 13] = fields.type & 0xff;
}
