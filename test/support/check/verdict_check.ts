/**
 * No pair is concluded twice: a verdict stays, but for corrections upward by an answer that came
 * late (filtered to closed or open, closed to open). And everything is told once.
 */
import type { Flow } from "engine/flow.ts";
import { PortState, STATE_NAMES } from "engine/port_state.ts";
import type { ScanEvent } from "scan/event.ts";
import type { SimWorker } from "sim/sim_scan.ts";
import { type Checker, demand } from "./checker.ts";

/** How much a state says: a verdict may only be corrected toward more. */
const RANK: Record<PortState, number> = {
  [PortState.UNKNOWN]: 0,
  [PortState.FILTERED]: 1,
  [PortState.CLOSED_FILTERED]: 1,
  [PortState.CLOSED]: 2,
  [PortState.OPEN]: 3,
};

/** What is remembered of a flow. */
interface Memory {
  settled: number;
  answered: number;
  open: number;
  readonly states: Uint8Array;
}

/** Called when a pair's state changes. */
export type OnChange = (flow: Flow, pair: number) => void;

/** See the file's comment. */
export class VerdictCheck implements Checker {
  readonly #memories = new Map<Flow, Memory>();
  readonly #told = new Set<string>();
  readonly #onChange: OnChange;

  /** @param onChange Sees each change, for checks of what the verdict says. */
  constructor(onChange: OnChange = () => {}) {
    this.#onChange = onChange;
  }

  afterStep({ runner }: SimWorker): void {
    for (const flow of runner.flows) this.#compare(flow);
  }

  onEvent(event: ScanEvent): void {
    if (event.type === "port") this.#tellOnce(`${event.ip} port ${event.port}`);
    if (event.type !== "target") return;
    this.#tellOnce(`${event.ip} the target`);
    for (const flow of this.#memories.keys()) this.#compare(flow);
  }

  #tellOnce(what: string): void {
    demand(!this.#told.has(what), `told twice: ${what}`);
    this.#told.add(what);
  }

  #compare(flow: Flow): void {
    const { outcomes } = flow;
    let memory = this.#memories.get(flow);
    if (memory === undefined) {
      memory = { settled: 0, answered: 0, open: 0, states: new Uint8Array(flow.space.size) };
      this.#memories.set(flow, memory);
    }
    const { settled, answered, open } = outcomes;
    if (memory.settled === settled && memory.answered === answered && memory.open === open) return;
    Object.assign(memory, { settled, answered, open });
    const { states } = memory;
    for (let pair = 0; pair < states.length; pair++) {
      const before = states[pair]! as PortState;
      const now = outcomes.state[pair]! as PortState;
      if (before === now) continue;
      demand(
        RANK[now] > RANK[before],
        () => `port ${flow.space.portOf(pair)}: ${STATE_NAMES[before]} became ${STATE_NAMES[now]}`,
      );
      states[pair] = now;
      this.#onChange(flow, pair);
    }
  }
}
