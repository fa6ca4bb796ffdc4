/** A preset of one host behind one path, from figures; what else stands on the way are boxes. */
import { TargetSet } from "scan/target_set.ts";
import { type Micros, micros, MILLISECOND } from "units";
import type { HostProfile } from "./host.ts";
import { HostGroup } from "./host_group.ts";
import type { LossOptions } from "./loss.ts";
import type { Node } from "./node.ts";
import { Path, type PathOptions } from "./path.ts";
import { type PortLists, type PortRule, PortTable, stateOf } from "./port_policy.ts";
import type { Preset, PresetParts, PresetPlace } from "./preset.ts";
import { HOST_ADDRESS } from "./scenario.ts";
import {
  addPair,
  answersOf,
  noPairs,
  type PairCounts,
  questionsFor,
  rateOfLink,
  timeAtLimiter,
  timeOnLink,
} from "./time_limit.ts";

/** Figures of a condition. */
export interface OneHostOptions {
  /** For people. */
  readonly about: string;
  /** Round trip without queueing, ms. */
  readonly rttMs: number;
  /** Rate of the way out, and of the way back where that is not another. */
  readonly mbps: number;
  /** @default {mbps} */
  readonly backMbps?: number;
  /** Packets that wait before the slowest link, each way. Left out: a box is that link. */
  readonly queue?: number;
  /** Loss on the way, each way. @default {undefined} None. */
  readonly loss?: LossOptions;
  /** What else the way does to packets, each way. */
  readonly way?: Pick<PathOptions, "jitter" | "duplicate" | "corrupt" | "hops">;
  /** Ports 1 to this one are asked. */
  readonly lastPort: number;
  readonly ports: PortLists;
  /** What the host is like beside its ports. */
  readonly host?: Omit<HostProfile, "ports">;
  /** Makes what else stands on the way. */
  readonly boxes?: BoxMaker;
}

/** Makes boxes for one network. */
export type BoxMaker = (site: BoxSite) => Boxes;

/** What the maker of boxes may use. */
export interface BoxSite extends PresetPlace {
  /** The slowest link and the way, out … */
  readonly out: Path;
  /** … and back. */
  readonly back: Path;
}

/** What else stands on the way. */
export interface Boxes {
  /** Between the scanner and the slowest link, on the way out … */
  readonly nearOut?: readonly Node[];
  /** … and on the way back. */
  readonly nearBack?: readonly Node[];
  /** Between the path and the host. */
  readonly farOut?: readonly Node[];
  readonly farBack?: readonly Node[];
  /** Packets that boxes have dropped because somebody sent too fast. */
  readonly dropped?: () => number;
  /** Packets of others that found the queue of the slowest link full. */
  readonly othersDropped?: () => number;
  /** Packets per second that they let through. @default {Infinity} */
  readonly rate?: number;
  /** What they make of a port. */
  readonly ruleOf?: (port: number, rule: PortRule) => PortRule;
  /** The shortest time that they leave a scan, µs. */
  readonly limit?: (pairs: PairCounts) => Micros;
}

/** Makes a preset of figures. */
export function oneHost(options: OneHostOptions): Preset {
  return { about: options.about, attach: (place) => attach(options, place) };
}

function attach(options: OneHostOptions, { network, end, random }: PresetPlace): PresetParts {
  const out = new Path(pathOptions(options, options.mbps), random.fork());
  const back = new Path(pathOptions(options, options.backMbps ?? options.mbps), random.fork());
  const policy = new PortTable(options.ports);
  const profile: HostProfile = { ...options.host, ports: policy };
  const group = new HostGroup(
    (address) => address === HOST_ADDRESS ? profile : undefined,
    random.uint32(),
  );
  const boxes = options.boxes?.({ network, end, random: random.fork(), out, back }) ?? {};
  const range = { first: HOST_ADDRESS, last: HOST_ADDRESS };
  network.attach({
    range,
    out: [...boxes.nearOut ?? [], out, ...boxes.farOut ?? [], group],
    back: [...boxes.farBack ?? [], back, ...boxes.nearBack ?? [], end],
  });
  const ruleOf = (port: number) => {
    const rule = policy.ruleOf(HOST_ADDRESS, port);
    return boxes.ruleOf?.(port, rule) ?? rule;
  };
  return {
    targets: TargetSet.ofRanges([range]),
    ports: Uint16Array.from({ length: options.lastPort }, (_, i) => i + 1),
    truth: {
      isUp: (address) => address === HOST_ADDRESS,
      stateOf: (_, port) => stateOf(ruleOf(port)),
    },
    rate: Math.min(rateOfLink(options.mbps * 1e6), boxes.rate ?? Infinity),
    overflowed: () => out.counters.overflowed + back.counters.overflowed + (boxes.dropped?.() ?? 0),
    limit: () => limitOf(options, boxes, countPairs(ruleOf, options.lastPort)),
  };
}

function pathOptions(options: OneHostOptions, mbps: number): PathOptions {
  const { rttMs, queue, loss, way } = options;
  return {
    ...way,
    delay: micros((rttMs * MILLISECOND) / 2),
    ...(queue === undefined
      ? {}
      : { bottleneck: { bitsPerSecond: mbps * 1e6, queuePackets: queue } }),
    ...(loss === undefined ? {} : { loss }),
  };
}

function countPairs(ruleOf: (port: number) => PortRule, lastPort: number): PairCounts {
  const pairs = noPairs();
  for (let port = 1; port <= lastPort; port++) addPair(pairs, ruleOf(port));
  return pairs;
}

function limitOf(options: OneHostOptions, boxes: Boxes, pairs: PairCounts): Micros {
  const { mbps, backMbps = mbps, host } = options;
  const resets = (host?.limits?.reset ?? []).map((limit) => timeAtLimiter(pairs.closed, limit));
  const slowest = Math.max(
    timeOnLink(questionsFor(pairs), mbps * 1e6),
    timeOnLink(answersOf(pairs), backMbps * 1e6),
    boxes.limit?.(pairs) ?? 0,
    ...resets,
  );
  let limit = slowest + options.rttMs * MILLISECOND;
  for (const { from, until } of host?.away ?? []) {
    if (from < limit) limit += until - from;
  }
  return micros(limit);
}
