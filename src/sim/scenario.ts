/**
 * Small networks for tests, from a few figures: one host, or several that are alike, behind one
 * path, a scanner in front of it. Whole conditions with names are in `presets.ts`.
 */
import { Random } from "random";
import { TargetSet } from "scan/target_set.ts";
import { micros, MILLISECOND } from "units";
import { ipv4FromNumber, ipv4ToNumber } from "wire/address.ts";
import type { Truth } from "./comparison.ts";
import type { Host, HostProfile } from "./host.ts";
import { HostGroup } from "./host_group.ts";
import type { Network } from "./network.ts";
import type { Node } from "./node.ts";
import { Path } from "./path.ts";
import { Policer, type PolicerOptions } from "./policer.ts";
import { type PortLists, PortTable, stateOf } from "./port_policy.ts";
import type { ReplyLimitOptions } from "./reply_limits.ts";
import { ScannerEnd } from "./scanner_end.ts";
import { SimLink, type SimLinkOptions } from "./sim_link.ts";
import type { VirtualNetwork } from "./sim_scan.ts";
import { Simulator } from "./simulator.ts";

/** Where the scanner is in every scenario. */
export const SCANNER_ADDRESS: number = ipv4ToNumber(Uint8Array.of(198, 51, 100, 1));

/** Where the first host is. */
export const HOST_ADDRESS: number = ipv4ToNumber(Uint8Array.of(192, 0, 2, 1));

/** Figures of a scenario; ports are those of {@linkcode PortLists}. */
export interface ScenarioOptions extends Partial<PortLists> {
  /** @default {1} */
  readonly seed?: number;
  /** How many hosts there are, all alike, from {@linkcode HOST_ADDRESS} on. @default {1} */
  readonly hosts?: number;
  /** Round trip without queueing. @default {20} */
  readonly rttMs?: number;
  /** Rate each way; Infinity: no bottleneck. @default {Infinity} */
  readonly mbps?: number;
  /** Rate of the way back, where it differs. @default {mbps} */
  readonly backMbps?: number;
  /** Packets that wait before the bottleneck, each way. @default {100} */
  readonly queue?: number;
  /** Probability of loss, each way. @default {0} */
  readonly lossEachWay?: number;
  /** Mean of an exponential jitter, each way. @default {0} */
  readonly jitterMs?: number;
  /** True if jitter lets packets overtake each other. @default {false} */
  readonly reorder?: boolean;
  /** Probability that a packet arrives twice, each way. @default {0} */
  readonly duplicate?: number;
  /** Probability that a bit is flipped, each way. @default {0} */
  readonly corrupt?: number;
  /** A policer in front of the host. */
  readonly policer?: PolicerOptions;
  readonly limits?: ReplyLimitOptions;
  readonly echo?: boolean;
  readonly timestamp?: boolean;
  readonly mask?: boolean;
  readonly udp?: boolean;
  readonly ack?: boolean;
  readonly synAckRetries?: number;
  /** @default {true} */
  readonly kernelResets?: boolean;
  readonly link?: Partial<SimLinkOptions>;
}

/** What stands in a scenario's network beside the scanner. */
export interface ScenarioParts {
  readonly group: HostGroup;
  readonly out: Path;
  readonly back: Path;
  /** All hosts. */
  readonly targets: TargetSet;
  readonly truth: Truth;
  /** Packets that full queues and the policer have dropped so far. */
  overflowed(): number;
}

/** A network that is ready to be scanned, by a scan or by hand. */
export interface Scenario extends ScenarioParts, VirtualNetwork {
  /** Made when it is first asked for: a link that nobody reads only gathers packets. */
  readonly link: SimLink;
  readonly host: Host;
  /** Unsigned 32 bits. */
  readonly address: number;
  /** The same as 4 bytes. */
  readonly target: Uint8Array;
}

/** Builds a network with one host and a virtual scanner. */
export function makeScenario(options: ScenarioOptions = {}): Scenario {
  const simulator = new Simulator();
  const { network } = simulator;
  const end = new ScannerEnd(network, options.kernelResets ?? true);
  const parts = attachScenario(network, end, options);
  let link: SimLink | undefined;
  return {
    ...parts,
    simulator,
    get link() {
      return link ??= new SimLink(simulator, end, { address: SCANNER_ADDRESS, ...options.link });
    },
    end,
    scanner: SCANNER_ADDRESS,
    host: parts.group.hostAt(HOST_ADDRESS)!,
    address: HOST_ADDRESS,
    target: ipv4FromNumber(HOST_ADDRESS),
  };
}

/** Attaches the host and its paths to a network whose answers end at `end`, whatever that is. */
function attachScenario(
  network: Network,
  end: Node,
  options: ScenarioOptions,
): ScenarioParts {
  const random = new Random(options.seed ?? 1);
  const out = makePath(options, options.mbps, random);
  const back = makePath(options, options.backMbps ?? options.mbps, random);
  const ports = new PortTable({ ...options, rest: options.rest ?? "closed" });
  const profile: HostProfile = { ...options, ports };
  const last = HOST_ADDRESS + (options.hosts ?? 1) - 1;
  const census = (address: number) =>
    address >= HOST_ADDRESS && address <= last ? profile : undefined;
  const group = new HostGroup(census, random.uint32());
  const way: Node[] = [out];
  const policer = options.policer && new Policer(options.policer);
  if (policer !== undefined) way.push(policer);
  network.attach({
    range: { first: HOST_ADDRESS, last },
    out: [...way, group],
    back: [back, end],
  });
  return {
    group,
    out,
    back,
    targets: TargetSet.ofRanges([{ first: HOST_ADDRESS, last }]),
    truth: {
      isUp: (address) => census(address) !== undefined,
      stateOf: (address, port) => stateOf(ports.ruleOf(address, port)),
    },
    overflowed: () => out.counters.overflowed + back.counters.overflowed + (policer?.dropped ?? 0),
  };
}

function makePath(options: ScenarioOptions, mbps = Infinity, random: Random): Path {
  const { rttMs = 20, queue = 100, lossEachWay = 0, jitterMs = 0 } = options;
  return new Path({
    delay: micros((rttMs * MILLISECOND) / 2),
    ...(mbps === Infinity
      ? {}
      : { bottleneck: { bitsPerSecond: mbps * 1e6, queuePackets: queue } }),
    loss: { kind: "random", probability: lossEachWay },
    ...(jitterMs === 0 ? {} : {
      jitter: {
        kind: "exponential",
        mean: jitterMs * MILLISECOND,
        reorder: options.reorder ?? false,
      },
    }),
    duplicate: options.duplicate ?? 0,
    corrupt: options.corrupt ?? 0,
  }, random.fork());
}
