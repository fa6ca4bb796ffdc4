/** ARP for IPv4 over Ethernet (RFC 826). */

/** Bytes of a packet. */
export const ARP_LENGTH = 28;

/** Operations. */
export const ArpOperation = { REQUEST: 1, REPLY: 2 } as const;

/** Operation of the packet at `at`, or 0 if it is not ARP for IPv4 over Ethernet. */
export function arpOperation(view: DataView, at: number): number {
  const isIpv4OverEthernet = view.getUint16(at) === 1 && view.getUint16(at + 2) === 0x0800 &&
    view.getUint16(at + 4) === 0x0604;
  return isIpv4OverEthernet ? view.getUint16(at + 6) : 0;
}

/** Where the sender's hardware address (6 bytes) starts. */
export const ARP_SENDER_HARDWARE = 8;

/** Where the sender's IPv4 address starts. */
export const ARP_SENDER_ADDRESS = 14;

/** Where the target's IPv4 address starts. */
export const ARP_TARGET_ADDRESS = 24;

/** Writes a request: who has `target`? */
export function writeArpRequest(
  bytes: Uint8Array,
  at: number,
  fields: { hardware: Uint8Array; sender: Uint8Array; target: Uint8Array },
): void {
  bytes.set([0, 1, 8, 0, 6, 4, 0, ArpOperation.REQUEST], at);
  bytes.set(fields.hardware, at + ARP_SENDER_HARDWARE);
  bytes.set(fields.sender, at + ARP_SENDER_ADDRESS);
  bytes.fill(0, at + 18, at + ARP_TARGET_ADDRESS);
  bytes.set(fields.target, at + ARP_TARGET_ADDRESS);
}
