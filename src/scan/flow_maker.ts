/** Makes the flows of a job: what they share is filled in here, what differs is the caller's. */
import { Flow, type FlowOptions, type LocalPorts } from "engine/flow.ts";
import { PathMemory } from "engine/path.ts";
import { Random } from "random";
import type { Route } from "./link.ts";
import type { Job } from "./messages.ts";

/** Local ports of a worker: 16 for the tries of probes, 64 that triggers rotate over. */
export const LOCAL_PORTS = { probes: 16, triggers: 64, total: 80 } as const;

/** Spreads the numbers of flows over the bits of a key (2^32 / golden ratio, odd). */
const GOLDEN = 0x9e3779b1;

/** What differs from flow to flow. */
type OwnOptions =
  & Pick<FlowOptions, "firstTarget" | "targetCount">
  & Partial<Pick<FlowOptions, "ports" | "questions" | "known" | "skipSearch" | "limits">>;

/** See the file's comment. */
export class FlowMaker {
  readonly #job: Job;
  readonly #random: Random;
  readonly #localPorts: LocalPorts;
  /** What the flows on one path have learnt, by next hop. */
  readonly #paths = new Map<string, PathMemory>();
  #made = 0;

  readonly #maxRate: () => number;

  /**
   * @param options.firstPort First of the local ports that the link captures.
   * @param options.maxRate Packets per second; the user may change it while the scan runs.
   */
  constructor(job: Job, { firstPort, maxRate }: { firstPort: number; maxRate: () => number }) {
    this.#job = job;
    this.#maxRate = maxRate;
    this.#random = new Random(job.seed);
    this.#localPorts = localPorts(firstPort, job.sourcePort);
  }

  /** Local ports that answers come to. */
  get ports(): { first: number; last: number } {
    const { probeFirst, triggerFirst, triggerCount } = this.#localPorts;
    return { first: probeFirst, last: triggerFirst + triggerCount - 1 };
  }

  /** Makes a flow to targets behind one route. */
  make(route: Route, own: OwnOptions): Flow {
    const job = this.#job;
    const [key0, key1] = job.key;
    const maxRate = this.#maxRate;
    return new Flow({
      ports: job.ports,
      likelyPorts: job.likelyPorts,
      // A key for each: an answer to one flow of a target is none to another.
      key: [key0 ^ Math.imul(this.#made++, GOLDEN), key1],
      random: this.#random.fork(),
      localPorts: this.#localPorts,
      timing: job.timing,
      path: this.#pathOf(route),
      limits: {
        maxError: job.maxError,
        minSilences: job.minSilences,
        maxRetries: job.maxRetries,
      },
      // Read by the flow whenever it sets its pace.
      get maxRate() {
        return maxRate();
      },
      skipSearch: job.skipSearch,
      searchOnly: job.searchOnly,
      ...own,
    });
  }

  /** Targets on the own link are on the same path, and so are those behind one router. */
  #pathOf({ interfaceName, onLink, hardwareAddress }: Route): PathMemory {
    const hop = `${interfaceName}/${onLink ? "link" : hardwareAddress ?? "router"}`;
    const known = this.#paths.get(hop) ?? new PathMemory();
    this.#paths.set(hop, known);
    return known;
  }
}

function localPorts(first: number, sourcePort: number | undefined): LocalPorts {
  if (sourcePort !== undefined) {
    return {
      probeFirst: sourcePort,
      probeCount: 1,
      triggerFirst: sourcePort,
      triggerCount: 1,
    };
  }
  return {
    probeFirst: first,
    probeCount: LOCAL_PORTS.probes,
    triggerFirst: first + LOCAL_PORTS.probes,
    triggerCount: LOCAL_PORTS.triggers,
  };
}
