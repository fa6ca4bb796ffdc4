/**
 * Asks the kernel which way packets to a destination go: interface, source address, gateway. The
 * kernel's own answer (RTM_GETROUTE) respects rules, tables and metrics, so nothing is guessed.
 */
import { LinkError } from "scan/link.ts";
import {
  attributeNumber,
  type Netlink,
  netlinkBody,
  NetlinkRequest,
  numberAttribute,
  readAttributes,
} from "./netlink.ts";
import { AddressFamily } from "./socket.ts";
import { systemError } from "./system_error.ts";

/** Head of a route message: `struct rtmsg`. */
export const RTMSG = { SIZE: 12, FAMILY: 0, DESTINATION_BITS: 1, SOURCE_BITS: 2, TYPE: 7 } as const;

/** Attributes of a route (linux/rtnetlink.h). */
export const RTA = {
  DESTINATION: 1,
  SOURCE: 2,
  INTERFACE: 4,
  GATEWAY: 5,
  PREFERRED_SOURCE: 7,
  METRICS: 8,
  VIA: 18,
} as const;

/** The MTU among a route's metrics. */
const RTAX_MTU = 2;

/** Types of route. */
const RTN_UNICAST = 1;
const RTN_LOCAL = 2;

/** What the kernel says about the way to a destination. */
export interface KernelRoute {
  readonly interfaceIndex: number;
  /** True for the machine's own addresses. */
  readonly local: boolean;
  /** Address the kernel would send from; missing if the interface has none. */
  readonly source?: Uint8Array;
  /** Next hop; missing where the destination is on the own link. */
  readonly gateway?: Uint8Array;
  /** True if the next hop is an IPv6 address (RFC 5549): only the kernel itself finds it. */
  readonly foreignGateway: boolean;
  /** MTU of this route, where it differs from the interface's. */
  readonly mtu?: number;
}

/** What narrows the search for a route. */
export interface RouteQuery {
  /** Interface that packets must leave by. */
  interfaceIndex?: number;
  /** Address they come from. */
  source?: Uint8Array;
}

/**
 * The way to an IPv4 destination.
 *
 * @throws {LinkError} `no-route` if there is none, or the address is not a single machine's.
 */
export function findRoute(
  netlink: Netlink,
  destination: Uint8Array,
  query: RouteQuery,
): KernelRoute {
  const answer = netlink.get(NetlinkRequest.GET_ROUTE, requestBody(destination, query));
  const address = destination.join(".");
  if (typeof answer === "number") throw noRoute(address, answer);
  const type = answer.body.getUint8(RTMSG.TYPE);
  if (type !== RTN_UNICAST && type !== RTN_LOCAL) {
    throw new LinkError(
      "no-route",
      `Cannot scan ${address}: it is a broadcast or multicast address. Name a machine's own one.`,
    );
  }
  const attributes = readAttributes(answer.body, RTMSG.SIZE);
  const source = query.source ?? attributes.get(RTA.PREFERRED_SOURCE);
  const gateway = attributes.get(RTA.GATEWAY);
  const metrics = attributes.get(RTA.METRICS);
  const mtu = metrics && routeMtu(metrics);
  return {
    interfaceIndex: attributeNumber(attributes.get(RTA.INTERFACE) ?? numberAttribute(0)),
    local: type === RTN_LOCAL,
    ...(source && { source }),
    ...(gateway && { gateway }),
    foreignGateway: attributes.has(RTA.VIA),
    ...(mtu && { mtu }),
  };
}

function requestBody(destination: Uint8Array, query: RouteQuery): Uint8Array {
  const head = new Uint8Array(RTMSG.SIZE);
  head[RTMSG.FAMILY] = AddressFamily.INET;
  head[RTMSG.DESTINATION_BITS] = 32;
  const attributes: [number, Uint8Array][] = [[RTA.DESTINATION, destination]];
  if (query.source) {
    head[RTMSG.SOURCE_BITS] = 32;
    attributes.push([RTA.SOURCE, query.source]);
  }
  if (query.interfaceIndex !== undefined) {
    attributes.push([RTA.INTERFACE, numberAttribute(query.interfaceIndex)]);
  }
  return netlinkBody(head, attributes);
}

function routeMtu(metrics: Uint8Array): number | undefined {
  const view = new DataView(metrics.buffer, metrics.byteOffset, metrics.byteLength);
  const mtu = readAttributes(view, 0).get(RTAX_MTU);
  return mtu && attributeNumber(mtu);
}

function noRoute(address: string, errno: number): LinkError {
  const { message } = systemError(`find a route to ${address}`, errno);
  // Whatever the number (unreachable, prohibited, blackhole routes): there is no way.
  return new LinkError("no-route", message);
}
