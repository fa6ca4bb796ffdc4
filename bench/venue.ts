/** Where contenders meet: a preset with real packets, as a job with a truth. */
import { PortState } from "engine/port_state.ts";
import type { PresetParts } from "sim/preset.ts";
import { makePresetNetwork } from "sim/preset_network.ts";
import type { PresetName } from "sim/presets.ts";
import { formatIpv4, ipv4ToNumber, parseIpv4 } from "wire/address.ts";
import { SCANNER_INTERFACE } from "../test/lab/lab.ts";
import type { Namespace } from "../test/lab/netns.ts";
import { PlayedPreset } from "../test/lab/played_preset.ts";
import { formatPorts } from "../test/lab/ports.ts";
import { prefixesOf } from "../test/lab/prefixes.ts";
import { Chatter } from "./chatter.ts";
import { hardwareAddress, type ScanJob } from "./contender.ts";
import type { PresetFacts } from "./peer_summary.ts";
import type { TrueState, Truth } from "./score.ts";

/** Names of the states of the simulator's truth. */
const STATES: Partial<Record<PortState, TrueState>> = {
  [PortState.OPEN]: "open",
  [PortState.CLOSED]: "closed",
  [PortState.FILTERED]: "filtered",
};

/** See the file's comment. */
export class Venue implements AsyncDisposable {
  readonly namespace: Namespace;
  readonly job: ScanJob;
  readonly truth: Truth;
  readonly #played: PlayedPreset;
  readonly #stack: AsyncDisposableStack;

  /** Makes a venue of a preset, which ends with `stack` or with its caller. */
  constructor(played: PlayedPreset, stack = new AsyncDisposableStack()) {
    const { parts, router, routerInterface } = played;
    this.#played = played;
    this.#stack = stack;
    this.namespace = played.scanner;
    this.job = {
      targets: prefixesOf(parts.targets.v4.ranges),
      ports: formatPorts([...parts.ports].sort((a, b) => a - b)),
      interfaceName: SCANNER_INTERFACE,
      source: played.source,
      nextHop: hardwareAddress(router, routerInterface),
      pathRate: parts.rate,
    };
    this.truth = truthOf(parts);
    stack.use(new Chatter(router, routerInterface));
  }

  /** Opens a preset; the seed decides what is random in it. */
  static async open(preset: PresetName, seed: number): Promise<Venue> {
    const stack = new AsyncDisposableStack();
    return new Venue(stack.use(await PlayedPreset.open(preset, seed)), stack);
  }

  /** Packets that were dropped because somebody sent too fast, so far. */
  async overflowed(): Promise<number> {
    return (await this.#played.wire.stats()).overflowed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/** What a preset is, as far as results are read by it. */
export function describePreset(name: PresetName): PresetFacts {
  const parts = makePresetNetwork(name, 1);
  const { targets, ports, stateOf } = truthOf(parts);
  let open = 0;
  for (const target of targets) {
    for (const port of ports) if (stateOf(target, port) === "open") open++;
  }
  const pairs = parts.targets.size * ports.length;
  return { name, ports: ports.length, pairs, open, limitMs: parts.limit() / 1_000 };
}

/** The truth, of the targets where something stands. */
function truthOf(parts: PresetParts): Truth {
  const targets: string[] = [];
  const { v4 } = parts.targets;
  for (let place = 0; place < v4.size; place++) {
    const address = v4.at(place);
    if (parts.truth.isUp(address)) targets.push(formatIpv4(address));
  }
  return {
    targets,
    ports: [...parts.ports],
    stateOf: (target, port) => STATES[parts.truth.stateOf(numberOf(target), port)]!,
  };
}

/** An address as a number. */
function numberOf(target: string): number {
  return ipv4ToNumber(parseIpv4(target)!);
}
