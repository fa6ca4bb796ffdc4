/** A pair of virtual Ethernet interfaces between two namespaces; never seen outside of them. */
import type { Namespace } from "./netns.ts";

/** One end of the cable. */
export interface VethEnd {
  namespace: Namespace;
  interfaceName: string;
  /**
   * Address and prefix length, e.g. `198.51.100.1/24`.
   * @default {none} A wire's ends have none.
   */
  address?: string;
  /**
   * `none`: no packet leaves that is longer than the cable carries. Left to themselves, TCP stacks
   * hand over up to 64 KiB at once, which only a network card would take apart.
   * @default {"kernel"}
   */
  segmentation?: "none" | "kernel";
}

/** Lays the cable, gives both ends their addresses and brings them up. It goes with its ends. */
export function connect(near: VethEnd, far: VethEnd): void {
  near.namespace.ip(
    `link add name ${near.interfaceName} type veth ` +
      `peer name ${far.interfaceName} netns ${far.namespace.name}`,
  );
  for (const { namespace, interfaceName, address, segmentation } of [near, far]) {
    // IPv6 would talk on its own (neighbour discovery, listener reports) while packets are counted.
    namespace.configure({ [`ipv6/conf/${interfaceName}/disable_ipv6`]: 1 });
    if (address !== undefined) namespace.ip(`address add ${address} dev ${interfaceName}`);
    if (segmentation === "none") namespace.ip(`link set ${interfaceName} gso_max_segs 1`);
    namespace.ip(`link set ${interfaceName} up`);
  }
}
