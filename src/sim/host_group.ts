/**
 * The node at the end of a path: one host or a whole block of them. A host exists from its first
 * packet on, so a block costs memory for those that were met.
 */
import type { Micros } from "units";
import { ICMP_LENGTH, isIcmpIntact, UnreachableCode } from "wire/icmp.ts";
import {
  checkIpv4,
  HeaderCheck,
  ipv4Destination,
  ipv4FragmentOffset,
  ipv4HasMoreFragments,
  ipv4HeaderLength,
  ipv4Length,
  ipv4Protocol,
  isIpv4Intact,
  Protocol,
} from "wire/ipv4.ts";
import { checkTcp, isTcpIntact, tcpDestinationPort } from "wire/tcp.ts";
import { isUdpIntact } from "wire/udp.ts";
import { Arrival } from "./arrival.ts";
import { hash3 } from "./hash.ts";
import { Host, type HostProfile } from "./host.ts";
import { IcmpStack } from "./icmp_stack.ts";
import type { Node, Site } from "./node.ts";
import { PortRule, rejectCode } from "./port_policy.ts";
import { TcpStack } from "./tcp_stack.ts";

/** Tells what stands at an address; undefined: nothing does. Must always say the same. */
export type Census = (address: number) => HostProfile | undefined;

/** See the file's comment. */
export class HostGroup implements Node {
  readonly #census: Census;
  readonly #hosts = new Map<number, Host>();
  readonly #tcp: TcpStack;
  readonly #icmp = new IcmpStack();
  readonly #seed: number;
  readonly #arrival = new Arrival();
  /** Packets that no host took: nobody there (now), a wrong checksum, nonsense. */
  ignored = 0;

  constructor(census: Census, seed: number) {
    this.#census = census;
    this.#seed = seed;
    this.#tcp = new TcpStack((address) => this.hostAt(address), seed);
  }

  /** The host at an address, if there is one. */
  hostAt(address: number): Host | undefined {
    const known = this.#hosts.get(address);
    if (known !== undefined) return known;
    const profile = this.#census(address);
    if (profile === undefined) return undefined;
    const host = new Host(address, profile, hash3(this.#seed, address, 0));
    this.#hosts.set(address, host);
    return host;
  }

  /** Connections that are half-open at all hosts together. */
  get halfOpen(): number {
    return this.#tcp.halfOpen;
  }

  accept(packet: number, now: Micros, site: Site): void {
    const { pool } = site;
    const view = pool.view(packet);
    const at = pool.at(packet);
    const stored = pool.stored(packet);
    const host = isWhole(view, at, stored) ? this.hostAt(ipv4Destination(view, at)) : undefined;
    if (host === undefined || host.isAway(now)) return this.#ignore(packet, site);
    host.received++;
    const protocol = ipv4Protocol(view, at);
    const arrival = this.#arrival;
    arrival.host = host;
    arrival.site = site;
    if (protocol === Protocol.TCP) return this.#acceptTcp(packet, now, arrival);
    const body = at + ipv4HeaderLength(view, at);
    const length = at + ipv4Length(view, at) - body;
    if (length < ICMP_LENGTH) return this.#ignore(packet, site);
    const isRight = protocol === Protocol.ICMP
      ? isIcmpIntact(view, body, length)
      : protocol !== Protocol.UDP || isUdpIntact(view, body, length, at);
    if (!isRight) return this.#ignore(packet, site);
    if (protocol === Protocol.ICMP) return this.#icmp.accept(packet, now, arrival);
    if (protocol !== Protocol.UDP || !host.profile.udp) return site.drop(packet);
    arrival.code = UnreachableCode.PORT;
    this.#icmp.refuse(packet, now, arrival);
  }

  wake(now: Micros, cookie: number, site: Site): void {
    this.#tcp.wake(now, cookie, site);
  }

  #acceptTcp(packet: number, now: Micros, to: Arrival): void {
    const { host, site } = to;
    const view = site.pool.view(packet);
    const at = site.pool.at(packet);
    const tcpAt = at + ipv4HeaderLength(view, at);
    const length = at + ipv4Length(view, at) - tcpAt;
    const isRight = checkTcp(view, tcpAt, length) === HeaderCheck.OK &&
      isTcpIntact(view, tcpAt, length, at);
    if (!isRight) return this.#ignore(packet, site);
    to.rule = host.profile.ports.ruleOf(host.address, tcpDestinationPort(view, tcpAt));
    if (to.rule === PortRule.DROPPED) return site.drop(packet);
    to.code = rejectCode(to.rule);
    if (to.code >= 0) return this.#icmp.refuse(packet, now, to);
    this.#tcp.accept(packet, now, to);
  }

  #ignore(packet: number, site: Site): void {
    this.ignored++;
    site.drop(packet);
  }
}

/**
 * True if an IP packet is all there and its header is right. Checksums are verified as real hosts
 * do it: so damage on the way is noticed, and a mistake of the scanner's as well.
 */
function isWhole(view: DataView, at: number, stored: number): boolean {
  return checkIpv4(view, at, stored) === HeaderCheck.OK && ipv4Length(view, at) <= stored &&
    isIpv4Intact(view, at) && ipv4FragmentOffset(view, at) === 0 && !ipv4HasMoreFragments(view, at);
}
