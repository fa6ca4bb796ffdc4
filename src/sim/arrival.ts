/** A packet on its way up in a host group: one record, reused, so that none is made per packet. */
import type { Host } from "./host.ts";
import type { Site } from "./node.ts";
import type { PortRule } from "./port_policy.ts";

/** See the file's comment. */
export class Arrival {
  /** Whose packet it is, and where its host stands; set before anybody looks. */
  host!: Host;
  site!: Site;
  /** What the port does. */
  rule: PortRule = 0;
  /** The code of ICMP unreachable that answers it, if one does. */
  code = 0;
}
