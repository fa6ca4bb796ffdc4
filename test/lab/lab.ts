/**
 * The lab: a scanner's namespace and a real Linux host in another one, joined by a cable or by a
 * wire that behaves as a path does, with no way out of either. The host has listeners and a
 * firewall as its plan says; the rest of its answers is the kernel's own. What is tested with it is
 * left to the tests, the demo and the benches.
 */
import type { CommandOptions, CommandResult } from "./command.ts";
import { Conversation } from "./conversation.ts";
import { Namespace, removeLeftovers } from "./netns.ts";
import { loadRules } from "./nft.ts";
import type { PortPlan } from "./ports.ts";
import { portPlanOf, type SeededPreset } from "./preset_host.ts";
import { connect, type VethEnd } from "./veth.ts";
import { type PathsPlan, Wire, type WirePlan } from "./wire.ts";

/** Address of the lab's host (TEST-NET-2, RFC 5737). */
export const HOST_ADDRESS = "198.51.100.2";

/** Address of the lab's scanner. */
export const SCANNER_ADDRESS = "198.51.100.1";

/** The scanner's interface. */
export const SCANNER_INTERFACE = "scan0";

/** The host's interface. */
export const HOST_INTERFACE = "host0";

/** Their common network: what a route to the host needs, and no more. */
const SCANNER_NETWORK = `${SCANNER_ADDRESS}/24`;
const HOST_NETWORK = `${HOST_ADDRESS}/24`;

/** A host with a bit of everything: what a scanner can meet on one machine. */
export const MIXED_HOST: PortPlan = {
  open: [22, 25, 80, 443, 3306, 5432, 8080, 27017, 65535],
  dropped: [[1000, 1999], [6000, 6063], [33000, 33999]],
  reset: [[135, 139], [445, 445], [50000, 50099]],
  prohibited: [[161, 199], [512, 515], [9000, 9099]],
};

/**
 * No limit on ICMP errors. Linux sends one per second and peer (`icmp_ratelimit`), and 1000 per
 * second to all (`icmp_msgs_per_sec`, in old kernels only outside of namespaces, so the mask of
 * limited types is emptied too).
 */
const NO_ICMP_LIMIT = {
  "ipv4/icmp_ratelimit": 0,
  "ipv4/icmp_ratemask": 0,
  "ipv4/icmp_msgs_per_sec": 1_000_000,
};

/** The ends of the wire, where there is one: the scanner's side and the host's. */
export const NEAR_INTERFACE = "near0";
/** See {@linkcode NEAR_INTERFACE}. */
export const FAR_INTERFACE = "far0";

/** The repository, as a path. */
const REPOSITORY = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** How a lab is made. */
export interface LabOptions {
  /**
   * What the host's ports do.
   * @default {MIXED_HOST} With a preset: what its simulated host's do.
   */
  plan?: PortPlan;
  /**
   * `none`: the host's kernel sends as many ICMP errors as it is asked for. `kernel`: it limits
   * them as Linux does by default.
   * @default {"none"}
   */
  icmpLimit?: "none" | "kernel";
  /**
   * What stands between scanner and host.
   * @default {a cable}
   */
  paths?: Omit<PathsPlan, "kind">;
  /** A preset whose conditions stand between scanner and host, in place of paths. */
  preset?: SeededPreset;
}

/** Namespaces, cable, firewall and listeners. Made by {@linkcode Lab.open}, removed on disposal. */
export class Lab implements AsyncDisposable {
  readonly plan: PortPlan;
  readonly scanner: Namespace;
  readonly host: Namespace;
  readonly #stack: AsyncDisposableStack;
  #wire: Wire | undefined;

  private constructor(plan: PortPlan, stack: AsyncDisposableStack) {
    this.plan = plan;
    this.#stack = stack;
    this.scanner = stack.use(new Namespace("scanner"));
    this.host = stack.use(new Namespace("host"));
  }

  /** Makes a lab; leftovers of dead runs are removed before. */
  static async open(options: LabOptions = {}): Promise<Lab> {
    removeLeftovers();
    const stack = new AsyncDisposableStack();
    try {
      const { preset, plan = preset === undefined ? MIXED_HOST : portPlanOf(preset) } = options;
      const lab = new Lab(plan, stack);
      await lab.#build(options);
      return lab;
    } catch (error) {
      await stack.disposeAsync();
      throw error;
    }
  }

  /** What stands between scanner and host, in a lab that was opened with paths. */
  get wire(): Wire {
    if (this.#wire === undefined) throw new Error("This lab has a cable, no wire");
    return this.#wire;
  }

  /** Runs a command in the scanner's namespace to its end. */
  run(words: readonly string[], options?: CommandOptions): Promise<CommandResult> {
    return this.scanner.run(words, options);
  }

  /** Runs PortBunny, from source, in the scanner's namespace. */
  scan(args: readonly string[], options?: CommandOptions): Promise<CommandResult> {
    return this.run(portbunny(args), options);
  }

  /** Ends the listeners and removes the namespaces. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  /** Cable, kernel settings, firewall, listeners. */
  async #build({ icmpLimit = "none", ...options }: LabOptions): Promise<void> {
    await this.#join(wirePlanOf(options));
    if (icmpLimit === "none") this.host.configure(NO_ICMP_LIMIT);
    await loadRules(this.host, this.plan);
    await this.#listen();
  }

  /** Lays a cable from the scanner to the host, or two with a wire between them. */
  async #join(plan: WirePlan | undefined): Promise<void> {
    const scanner: VethEnd = {
      namespace: this.scanner,
      interfaceName: SCANNER_INTERFACE,
      address: SCANNER_NETWORK,
    };
    const host: VethEnd = {
      namespace: this.host,
      interfaceName: HOST_INTERFACE,
      address: HOST_NETWORK,
    };
    if (plan === undefined) return connect(scanner, host);
    const namespace = this.#stack.use(new Namespace("wire"));
    connect({ ...scanner, segmentation: "none" }, { namespace, interfaceName: NEAR_INTERFACE });
    connect({ ...host, segmentation: "none" }, { namespace, interfaceName: FAR_INTERFACE });
    const interfaces = [NEAR_INTERFACE, FAR_INTERFACE];
    this.#wire = this.#stack.use(await Wire.start({ namespace, interfaces, plan }));
  }

  /** Opens the host's ports; whoever holds them ends with the lab, or with this process. */
  async #listen(): Promise<void> {
    if (this.plan.open.length === 0) return;
    const script = `${REPOSITORY}test/lab/listeners.ts`;
    const words = this.host.wrap(
      [Deno.execPath(), "run", "--quiet", "--no-lock", "--allow-net", script, HOST_ADDRESS]
        .concat(this.plan.open.map(String)),
    );
    this.#stack.use(await Conversation.start(words));
  }
}

/** The words that start PortBunny from source. */
export function portbunny(args: readonly string[]): string[] {
  return [Deno.execPath(), "run", "-A", "--quiet", `${REPOSITORY}main.ts`, ...args];
}

/** What the wire between scanner and host does; undefined for a cable. */
function wirePlanOf({ paths, preset }: LabOptions): WirePlan | undefined {
  if (preset !== undefined) return { kind: "preset-paths", preset: preset.name, seed: preset.seed };
  return paths && { kind: "paths", ...paths };
}
