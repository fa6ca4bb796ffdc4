/**
 * Simulated hosts that real programs can scan: the scanner's namespace, and behind its router a
 * wire that plays a whole virtual network. PortBunny, nmap and masscan see the same packets that
 * the simulator's scanner sees, in real time.
 */
import { HOST_ADDRESS, SCANNER_ADDRESS, type ScenarioOptions } from "sim/scenario.ts";
import { formatIpv4 } from "wire/address.ts";
import type { CommandOptions, CommandResult } from "./command.ts";
import { portbunny, SCANNER_INTERFACE } from "./lab.ts";
import { Namespace, removeLeftovers } from "./netns.ts";
import { connect } from "./veth.ts";
import { Wire } from "./wire.ts";

/** The router's interface, in its own namespace, and its address: the scanner's network's last. */
const ROUTER_INTERFACE = "near0";
const ROUTER_ADDRESS = (SCANNER_ADDRESS | 0xff) - 1 >>> 0;

/** See the file's comment. Made by {@linkcode PlayedNetwork.open}, removed on disposal. */
export class PlayedNetwork implements AsyncDisposable {
  readonly scanner: Namespace;
  readonly wire: Wire;
  /** Where the one host is. */
  readonly target: string = formatIpv4(HOST_ADDRESS);
  readonly #stack: AsyncDisposableStack;

  private constructor(scanner: Namespace, wire: Wire, stack: AsyncDisposableStack) {
    this.scanner = scanner;
    this.wire = wire;
    this.#stack = stack;
  }

  /** Makes the namespaces and starts the network; leftovers of dead runs are removed before. */
  static async open(scenario: ScenarioOptions): Promise<PlayedNetwork> {
    removeLeftovers();
    const stack = new AsyncDisposableStack();
    try {
      const scanner = stack.use(new Namespace("scanner"));
      const router = stack.use(new Namespace("wire"));
      const address = `${formatIpv4(SCANNER_ADDRESS)}/24`;
      connect(
        { namespace: scanner, interfaceName: SCANNER_INTERFACE, address, segmentation: "none" },
        { namespace: router, interfaceName: ROUTER_INTERFACE },
      );
      scanner.ip(`route add ${formatIpv4(HOST_ADDRESS)}/32 via ${formatIpv4(ROUTER_ADDRESS)}`);
      const plan = { kind: "network", scenario, gateway: ROUTER_ADDRESS } as const;
      const interfaces = [ROUTER_INTERFACE];
      const wire = stack.use(await Wire.start({ namespace: router, interfaces, plan }));
      return new PlayedNetwork(scanner, wire, stack);
    } catch (error) {
      await stack.disposeAsync();
      throw error;
    }
  }

  /** Runs a command in the scanner's namespace to its end. */
  run(words: readonly string[], options?: CommandOptions): Promise<CommandResult> {
    return this.scanner.run(words, options);
  }

  /** Runs PortBunny, from source, in the scanner's namespace. */
  scan(args: readonly string[], options?: CommandOptions): Promise<CommandResult> {
    return this.run(portbunny(args), options);
  }

  /** Stops the wire and removes the namespaces. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
