/**
 * Small networks for tests, from a few figures: one host behind one path, a scanner in front of it.
 * Whole conditions with names are in `presets.ts`.
 */
import { PortState } from "engine/port_state.ts";
import { Random } from "random";
import { micros, MILLISECOND, PORT_COUNT } from "units";
import { ipv4FromNumber, ipv4ToNumber } from "wire/address.ts";
import type { Host, HostProfile } from "./host.ts";
import { HostGroup } from "./host_group.ts";
import type { Network } from "./network.ts";
import type { Node } from "./node.ts";
import { Path } from "./path.ts";
import { Policer, type PolicerOptions } from "./policer.ts";
import { type PortLists, type PortPolicy, PortTable, stateOf } from "./port_policy.ts";
import type { ReplyLimitOptions } from "./reply_limits.ts";
import { ScannerEnd } from "./scanner_end.ts";
import { SimLink, type SimLinkOptions } from "./sim_link.ts";
import { Simulator } from "./simulator.ts";

/** Where the scanner is in every scenario. */
export const SCANNER_ADDRESS: number = ipv4ToNumber(Uint8Array.of(198, 51, 100, 1));

/** Where the one host is. */
export const HOST_ADDRESS: number = ipv4ToNumber(Uint8Array.of(192, 0, 2, 1));

/** Figures of a scenario; ports are those of {@linkcode PortLists}. */
export interface ScenarioOptions extends Partial<PortLists> {
  /** @default {1} */
  readonly seed?: number;
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
  readonly ports: PortPolicy;
}

/** A network that is ready to be scanned. */
export interface Scenario extends Omit<ScenarioParts, "ports"> {
  readonly simulator: Simulator;
  readonly link: SimLink;
  readonly end: ScannerEnd;
  readonly host: Host;
  /** Unsigned 32 bits. */
  readonly address: number;
  /** The same as 4 bytes. */
  readonly target: Uint8Array;
  /** What is true of each port: {@linkcode PortState}. */
  readonly truth: Uint8Array;
}

/** Builds a network with one host and a virtual scanner. */
export function makeScenario(options: ScenarioOptions = {}): Scenario {
  const simulator = new Simulator();
  const { network } = simulator;
  const end = new ScannerEnd(network, options.kernelResets ?? true);
  const { group, out, back, ports } = attachScenario(network, end, options);
  const link = new SimLink(simulator, end, { address: SCANNER_ADDRESS, ...options.link });
  return {
    simulator,
    link,
    end,
    group,
    host: group.hostAt(HOST_ADDRESS)!,
    address: HOST_ADDRESS,
    target: ipv4FromNumber(HOST_ADDRESS),
    out,
    back,
    truth: truthOf(ports, HOST_ADDRESS),
  };
}

/** Attaches the host and its paths to a network whose answers end at `end`, whatever that is. */
export function attachScenario(
  network: Network,
  end: Node,
  options: ScenarioOptions,
): ScenarioParts {
  const random = new Random(options.seed ?? 1);
  const out = makePath(options, options.mbps, random);
  const back = makePath(options, options.backMbps ?? options.mbps, random);
  const ports = new PortTable({ ...options, rest: options.rest ?? "closed" });
  const profile: HostProfile = { ...options, ports };
  const census = (address: number) => address === HOST_ADDRESS ? profile : undefined;
  const group = new HostGroup(census, random.uint32());
  const way: Node[] = [out];
  if (options.policer !== undefined) way.push(new Policer(options.policer));
  network.attach({
    range: { first: HOST_ADDRESS, last: HOST_ADDRESS },
    out: [...way, group],
    back: [back, end],
  });
  return { group, out, back, ports };
}

/** What is true of each port of a host: {@linkcode PortState} by port. */
export function truthOf(ports: PortPolicy, address: number): Uint8Array {
  const truth = new Uint8Array(PORT_COUNT).fill(PortState.UNKNOWN);
  for (let port = 0; port < PORT_COUNT; port++) truth[port] = stateOf(ports.ruleOf(address, port));
  return truth;
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
