/** Every queue keeps within its named maximum. What grows by itself has assertions of its own. */
import { MAX_EVENTS } from "sim/event_queue.ts";
import { MAX_SLOTS } from "sim/packet_pool.ts";
import type { SimWorker, VirtualNetwork } from "sim/sim_scan.ts";
import { type Checker, demand } from "./checker.ts";

/** Flows of one worker: the default of `maxActive`, and two blocks that are searched. */
const MAX_FLOWS = 64 + 2;

/** Packets that a virtual capture holds, by default. */
const MAX_CAPTURED = 16_384;

/** Transmissions of a flow that are not judged: `MAX_CAPACITY` of the flight table. */
const MAX_UNJUDGED = 1 << 22;

/** See the file's comment. */
export class BoundsCheck implements Checker {
  readonly #network: VirtualNetwork;

  constructor(network: VirtualNetwork) {
    this.#network = network;
  }

  afterStep({ runner, link }: SimWorker): void {
    const { network } = this.#network.simulator;
    within("flows", runner.flows.length, MAX_FLOWS);
    within("captured packets", link.captured, MAX_CAPTURED);
    within("packets to send", link.outgoing.count, link.outgoing.lengths.length);
    within("events of the network", network.pending, MAX_EVENTS);
    within("packets of the network", network.pool.inUse, MAX_SLOTS);
    for (const flow of runner.flows) {
      within("transmissions not judged", flow.whereabouts.unjudged, MAX_UNJUDGED);
      demand(flow.pollEvent() === undefined, "an event of a flow was not told");
    }
  }
}

function within(what: string, count: number, most: number): void {
  demand(count >= 0 && count <= most, () => `${what}: ${count}, the maximum is ${most}`);
}
