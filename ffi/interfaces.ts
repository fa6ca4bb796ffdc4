/**
 * The machine's network interfaces and addresses, as the kernel lists them.
 */
import { LinkError } from "scan/link.ts";
import {
  attributeNumber,
  type Netlink,
  netlinkBody,
  type NetlinkMessage,
  NetlinkRequest,
  numberAttribute,
  readAttributes,
} from "./netlink.ts";
import { AddressFamily } from "./socket.ts";

/** Sizes of the heads of link and address messages, and where their fields stand. */
const IFINFOMSG = { SIZE: 16, TYPE: 2, INDEX: 4, FLAGS: 8 } as const;
const IFADDRMSG = { SIZE: 8, INDEX: 4 } as const;

/** Attributes of a link (linux/if_link.h). */
const IFLA = { ADDRESS: 1, NAME: 3, MTU: 4 } as const;

/** Attributes of an address (linux/if_addr.h): `LOCAL` is ours, `ADDRESS` may be the peer's. */
const IFA = { ADDRESS: 1, LOCAL: 2 } as const;

/** Flags of a link (linux/if.h). */
const IFF_UP = 0x1;
const IFF_NOARP = 0x80;

/** Hardware type of Ethernet and everything that looks like it (linux/if_arp.h). */
const ARPHRD_ETHER = 1;

/** MTU of a link that does not say: what every IPv4 link must carry is less, Ethernet's is this. */
const DEFAULT_MTU = 1_500;

/** One interface. */
export interface NetworkInterface {
  readonly index: number;
  readonly name: string;
  readonly mtu: number;
  /** True if it has been switched on. */
  readonly up: boolean;
  /** True if packets need an Ethernet header and a next hop found by ARP. */
  readonly ethernet: boolean;
  /** Hardware address; empty where the link has none. */
  readonly address: Uint8Array;
}

/** An address of the machine. */
export interface InterfaceAddress {
  readonly interfaceIndex: number;
  readonly address: Uint8Array;
}

/** All interfaces. */
export function listInterfaces(netlink: Netlink): NetworkInterface[] {
  const head = new Uint8Array(IFINFOMSG.SIZE);
  return netlink.dump(NetlinkRequest.GET_LINK, head).map(readInterface);
}

/** One interface by its number, or `undefined` if it is gone. */
export function interfaceByIndex(netlink: Netlink, index: number): NetworkInterface | undefined {
  const head = new Uint8Array(IFINFOMSG.SIZE);
  head.set(numberAttribute(index), IFINFOMSG.INDEX);
  const message = netlink.get(NetlinkRequest.GET_LINK, netlinkBody(head, []));
  return typeof message === "number" ? undefined : readInterface(message);
}

/**
 * One interface by name, which has to be up.
 *
 * @throws {LinkError} If there is none of this name, or it is down.
 */
export function interfaceByName(netlink: Netlink, name: string): NetworkInterface {
  const all = listInterfaces(netlink);
  const found = all.find((one) => one.name === name);
  if (!found) {
    const names = all.map((one) => one.name).join(", ");
    throw new LinkError(
      "no-interface",
      `Cannot use interface "${name}": there is none of that name. This machine has: ${names}.`,
    );
  }
  if (!found.up) throw interfaceDown(name);
  return found;
}

/** The error for an interface that has been switched off. */
export function interfaceDown(name: string): LinkError {
  return new LinkError(
    "down",
    `Cannot use interface "${name}": it is down. Switch it on with \`ip link set ${name} up\`.`,
  );
}

/** The machine's IPv4 addresses. */
export function listAddresses(netlink: Netlink): InterfaceAddress[] {
  const head = new Uint8Array(IFADDRMSG.SIZE);
  head[0] = AddressFamily.INET;
  const addresses: InterfaceAddress[] = [];
  for (const { body } of netlink.dump(NetlinkRequest.GET_ADDRESS, head)) {
    const attributes = readAttributes(body, IFADDRMSG.SIZE);
    const address = attributes.get(IFA.LOCAL) ?? attributes.get(IFA.ADDRESS);
    if (!address) continue;
    addresses.push({ interfaceIndex: body.getUint32(IFADDRMSG.INDEX, true), address });
  }
  return addresses;
}

function readInterface({ body }: NetlinkMessage): NetworkInterface {
  const attributes = readAttributes(body, IFINFOMSG.SIZE);
  const flags = body.getUint32(IFINFOMSG.FLAGS, true);
  const name = attributes.get(IFLA.NAME);
  const mtu = attributes.get(IFLA.MTU);
  return {
    index: body.getInt32(IFINFOMSG.INDEX, true),
    name: name ? new TextDecoder().decode(name.subarray(0, -1)) : "?",
    mtu: mtu ? attributeNumber(mtu) : DEFAULT_MTU,
    up: (flags & IFF_UP) !== 0,
    ethernet: body.getUint16(IFINFOMSG.TYPE, true) === ARPHRD_ETHER && (flags & IFF_NOARP) === 0,
    address: attributes.get(IFLA.ADDRESS) ?? new Uint8Array(),
  };
}
