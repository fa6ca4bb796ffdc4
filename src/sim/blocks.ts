/** A preset of blocks of addresses behind one shared path: some live, each of one of some kinds. */
import { PortState } from "engine/port_state.ts";
import type { AddressRange } from "scan/ipv4_ranges.ts";
import { TargetSet } from "scan/target_set.ts";
import { type Micros, micros, MILLISECOND } from "units";
import { Distances } from "./distances.ts";
import { unitHash } from "./hash.ts";
import type { HostProfile } from "./host.ts";
import { type Census, HostGroup } from "./host_group.ts";
import type { LossOptions } from "./loss.ts";
import { Path } from "./path.ts";
import { stateOf } from "./port_policy.ts";
import type { Preset, PresetParts, PresetPlace } from "./preset.ts";
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

/** A kind of host. */
export interface HostKind {
  /** Share of the live addresses that are of this kind; shares add up to 1. */
  readonly share: number;
  readonly profile: HostProfile;
}

/** Figures of a condition. */
export interface BlocksOptions {
  /** For people. */
  readonly about: string;
  readonly ranges: readonly AddressRange[];
  readonly ports: Uint16Array;
  /** Round trips of the nearest and the farthest host, ms. */
  readonly rttMs: readonly [number, number];
  /** Rate of the shared path, each way. */
  readonly mbps: number;
  /** Packets that wait before it, each way. */
  readonly queue: number;
  /** Each way. */
  readonly loss: LossOptions;
  /** Share of the addresses at which something stands. */
  readonly live: number;
  /** Makes the kinds, from a seed. */
  readonly kinds: (seed: number) => readonly HostKind[];
}

/** Makes a preset of figures. */
export function blocks(options: BlocksOptions): Preset {
  return { about: options.about, attach: (place) => attach(options, place) };
}

function attach(options: BlocksOptions, { network, end, random }: PresetPlace): PresetParts {
  const { mbps, queue, loss } = options;
  const bottleneck = { bitsPerSecond: mbps * 1e6, queuePackets: queue };
  const out = new Path({ bottleneck, loss }, random.fork());
  const back = new Path({ bottleneck, loss }, random.fork());
  const [nearest, farthest] = options.rttMs;
  const distances = new Distances({
    nearest: nearest * MILLISECOND,
    farthest: farthest * MILLISECOND,
    seed: random.uint32(),
  });
  const census = makeCensus(options, random.uint32());
  const group = new HostGroup(census, random.uint32());
  for (const range of options.ranges) {
    network.attach({
      range,
      out: [out, distances.outward, group],
      back: [distances.inward, back, end],
    });
  }
  return {
    targets: TargetSet.ofRanges(options.ranges),
    ports: options.ports,
    truth: {
      isUp: (address) => census(address) !== undefined,
      stateOf: (address, port) => {
        const profile = census(address);
        return profile === undefined
          ? PortState.FILTERED
          : stateOf(profile.ports.ruleOf(address, port));
      },
    },
    rate: rateOfLink(mbps * 1e6),
    overflowed: () => out.counters.overflowed + back.counters.overflowed,
    limit: () => limitOf(options, census),
  };
}

/** Decides by a hash what stands where. */
function makeCensus({ live, kinds }: BlocksOptions, seed: number): Census {
  const made = kinds(seed);
  return (address) => {
    if (unitHash(seed, address, 1) >= live) return undefined;
    let drawn = unitHash(seed, address, 2);
    return made.find(({ share }) => (drawn -= share) < 0)?.profile;
  };
}

function limitOf({ ranges, ports, mbps, rttMs }: BlocksOptions, census: Census): Micros {
  const all = noPairs();
  let slowestHost = 0;
  for (const { first, last } of ranges) {
    for (let address = first; address <= last; address++) {
      const profile = census(address);
      const pairs = noPairs();
      // That nobody is there has to be asked twice, too, whatever the number of ports.
      if (profile === undefined) pairs.silent++;
      else for (const port of ports) addPair(pairs, profile.ports.ruleOf(address, port));
      for (const key of Object.keys(all) as (keyof PairCounts)[]) all[key] += pairs[key];
      for (const limit of profile?.limits?.reset ?? []) {
        slowestHost = Math.max(slowestHost, timeAtLimiter(pairs.closed, limit));
      }
    }
  }
  const onLink = timeOnLink(Math.max(questionsFor(all), answersOf(all)), mbps * 1e6);
  return micros(Math.max(onLink, slowestHost) + rttMs[1] * MILLISECOND);
}
