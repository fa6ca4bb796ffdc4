/**
 * A preset that real programs can scan: the scanner's namespace, and behind its router a wire that
 * plays the preset's network in real time. Seed by seed it is the network that the simulator scans.
 */
import { PRESET_SCANNER, type PresetParts } from "sim/preset.ts";
import { makePresetNetwork } from "sim/preset_network.ts";
import type { PresetName } from "sim/presets.ts";
import { formatIpv4 } from "wire/address.ts";
import { SCANNER_INTERFACE } from "./lab.ts";
import { Namespace, removeLeftovers } from "./netns.ts";
import { prefixesOf } from "./prefixes.ts";
import { connect } from "./veth.ts";
import { Wire } from "./wire.ts";

/** The router's interface, in its own namespace, and its address: the scanner's network's last. */
const ROUTER_INTERFACE = "near0";
const ROUTER_ADDRESS = (PRESET_SCANNER | 0xff) - 1 >>> 0;

/** See the file's comment. Made by {@linkcode PlayedPreset.open}, removed on disposal. */
export class PlayedPreset implements AsyncDisposable {
  readonly scanner: Namespace;
  readonly router: Namespace;
  readonly wire: Wire;
  /** Address of the scanner. */
  readonly source: string = formatIpv4(PRESET_SCANNER);
  /** The router's interface. */
  readonly routerInterface: string = ROUTER_INTERFACE;
  /** Targets, ports and truth. */
  readonly parts: PresetParts;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    made: { scanner: Namespace; router: Namespace; wire: Wire; parts: PresetParts },
    stack: AsyncDisposableStack,
  ) {
    this.scanner = made.scanner;
    this.router = made.router;
    this.wire = made.wire;
    this.parts = made.parts;
    this.#stack = stack;
  }

  /** Makes the namespaces and starts the network; leftovers of dead runs are removed before. */
  static async open(preset: PresetName, seed: number): Promise<PlayedPreset> {
    removeLeftovers();
    const stack = new AsyncDisposableStack();
    try {
      const scanner = stack.use(new Namespace("scanner"));
      const router = stack.use(new Namespace("wire"));
      const address = `${formatIpv4(PRESET_SCANNER)}/24`;
      connect(
        { namespace: scanner, interfaceName: SCANNER_INTERFACE, address, segmentation: "none" },
        { namespace: router, interfaceName: ROUTER_INTERFACE },
      );
      const parts = makePresetNetwork(preset, seed);
      for (const prefix of prefixesOf(parts.targets.v4.ranges)) {
        scanner.ip(`route add ${prefix} via ${formatIpv4(ROUTER_ADDRESS)}`);
      }
      const plan = { kind: "preset", preset, seed, gateway: ROUTER_ADDRESS } as const;
      const interfaces = [ROUTER_INTERFACE];
      const wire = stack.use(await Wire.start({ namespace: router, interfaces, plan }));
      return new PlayedPreset({ scanner, router, wire, parts }, stack);
    } catch (error) {
      await stack.disposeAsync();
      throw error;
    }
  }

  /** Stops the wire and removes the namespaces. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
