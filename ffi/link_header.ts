/**
 * Where the IP packet starts in a captured frame, by the kind of link it was captured on. The list
 * of link types is tcpdump.org's; these are the ones that Linux uses for IP.
 */
import { ETHERNET_LENGTH, EtherType } from "wire/ethernet.ts";
import { IPV4_LENGTH, ipVersion } from "wire/ipv4.ts";

/** Link types as `pcap_datalink` returns them on Linux. */
export const LinkType = {
  /** BSD loopback: 4 bytes of address family. */
  NULL: 0,
  /** Ethernet. */
  EN10MB: 1,
  /** Bare IP (tun, wireguard). */
  RAW: 12,
  /** The same as the number files use. */
  RAW_IN_FILES: 101,
  /** OpenBSD loopback. */
  LOOP: 108,
  /** Linux "cooked" capture, 16 bytes (ppp and others). */
  LINUX_SLL: 113,
  /** Its second version, 20 bytes. */
  LINUX_SLL2: 276,
  /** Bare IPv4. */
  IPV4: 228,
} as const;

/** The outer one of two VLAN tags (IEEE 802.1ad). */
const SERVICE_VLAN = 0x88a8;

/** Bytes of the headers, and where their protocol field stands. */
const ETHERNET = { SIZE: ETHERNET_LENGTH, PROTOCOL: 12 } as const;
const COOKED = { SIZE: 16, PROTOCOL: 14 } as const;
const COOKED2 = { SIZE: 20, PROTOCOL: 0 } as const;
const VLAN_TAG = 4;
const LOOPBACK = 4;

/** True if packets of this link can be read. */
export function isSupportedLinkType(linkType: number): boolean {
  return (Object.values(LinkType) as number[]).includes(linkType);
}

/**
 * Where the IPv4 header starts.
 *
 * @param length Bytes captured, from the start of `view`.
 * @returns The offset, or −1 if the frame carries no IPv4 packet.
 */
export function ipOffset(linkType: number, view: DataView, length: number): number {
  const offset = payloadOffset(linkType, view, length);
  if (offset < 0 || length < offset + IPV4_LENGTH) return -1;
  return ipVersion(view, offset) === 4 ? offset : -1;
}

function payloadOffset(linkType: number, view: DataView, length: number): number {
  switch (linkType) {
    case LinkType.EN10MB:
      return afterTags(view, length, ETHERNET);
    case LinkType.LINUX_SLL:
      return afterTags(view, length, COOKED);
    case LinkType.LINUX_SLL2:
      if (length < COOKED2.SIZE) return -1;
      return view.getUint16(COOKED2.PROTOCOL) === EtherType.IPV4 ? COOKED2.SIZE : -1;
    case LinkType.NULL:
    case LinkType.LOOP:
      return LOOPBACK;
    default:
      return 0;
  }
}

/** The payload's offset behind up to two VLAN tags. */
function afterTags(
  view: DataView,
  length: number,
  header: { SIZE: number; PROTOCOL: number },
): number {
  let offset: number = header.SIZE;
  let protocolAt: number = header.PROTOCOL;
  for (let tags = 0; tags <= 2; tags++) {
    if (length < offset) return -1;
    const protocol = view.getUint16(protocolAt);
    if (protocol === EtherType.IPV4) return offset;
    if (protocol !== EtherType.VLAN && protocol !== SERVICE_VLAN) return -1;
    protocolAt += VLAN_TAG;
    offset += VLAN_TAG;
  }
  return -1;
}
