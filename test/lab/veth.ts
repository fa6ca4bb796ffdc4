/** A pair of virtual Ethernet interfaces between two namespaces; never seen outside of them. */
import type { Namespace } from "./netns.ts";

/** One end of the cable. */
export interface VethEnd {
  namespace: Namespace;
  interfaceName: string;
  /** Address and prefix length, e.g. `198.51.100.1/24`. */
  address: string;
}

/** Lays the cable, gives both ends their addresses and brings them up. It goes with its ends. */
export function connect(near: VethEnd, far: VethEnd): void {
  near.namespace.ip(
    `link add name ${near.interfaceName} type veth ` +
      `peer name ${far.interfaceName} netns ${far.namespace.name}`,
  );
  for (const { namespace, interfaceName, address } of [near, far]) {
    // IPv6 would talk on its own (neighbour discovery, listener reports) while packets are counted.
    namespace.configure({ [`ipv6/conf/${interfaceName}/disable_ipv6`]: 1 });
    namespace.ip(`address add ${address} dev ${interfaceName}`);
    namespace.ip(`link set ${interfaceName} up`);
  }
}
