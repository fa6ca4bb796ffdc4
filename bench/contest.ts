/**
 * Runs the trials of a plan that have not been run: presets one after the other, and in each the
 * contenders alternately, on networks that are alike to the last packet of their seeds.
 */
// deno-lint-ignore-file no-console -- tells the person who waits how far it is
import type { PresetName } from "sim/presets.ts";
import type { Contender } from "./contender.ts";
import { PORTBUNNY } from "./contenders/portbunny.ts";
import { patience, type Plan } from "./peer_plan.ts";
import { isFinished, type PeerTrial, type TrialKey } from "./peer_trial.ts";
import type { StateFile } from "./state_file.ts";
import { runTrial } from "./trial.ts";
import { describePreset, Venue } from "./venue.ts";

/** One trial that is due. */
interface Due {
  preset: PresetName;
  contender: Contender;
  round: number;
}

/** See the file's comment. */
export class Contest {
  readonly #plan: Plan;
  readonly #contenders: readonly Contender[];
  readonly #state: StateFile<PeerTrial>;
  #isStopped = false;

  /** @param contenders Those of the plan who are there. */
  constructor(plan: Plan, contenders: readonly Contender[], state: StateFile<PeerTrial>) {
    this.#plan = plan;
    this.#contenders = contenders;
    this.#state = state;
  }

  /** Runs what is due. Returns false if some of it is left: interrupted, or no time. */
  async run(): Promise<boolean> {
    const stop = () => {
      this.#isStopped = true;
    };
    Deno.addSignalListener("SIGINT", stop);
    const end = performance.now() + this.#plan.budgetMs;
    try {
      for (const due of this.#due()) {
        if (this.#has(due)) continue;
        if (this.#isStopped || performance.now() > end) return false;
        const trial = await this.#tryUnlessStopped(due);
        if (trial === undefined) return false;
        await this.#state.add(trial);
        console.error(lineOf(trial));
      }
      return true;
    } finally {
      Deno.removeSignalListener("SIGINT", stop);
    }
  }

  /** All trials in their order. */
  *#due(): Iterable<Due> {
    for (const preset of this.#plan.presets) {
      const isOnePort = describePreset(preset).ports === 1;
      const able = this.#contenders.filter(({ onePort }) => isOnePort || !onePort);
      for (let round = 1; round <= this.#plan.rounds; round++) {
        for (const contender of able) yield { preset, contender, round };
      }
    }
  }

  #has({ preset, contender, round }: Due): boolean {
    return this.#state.records.some((trial) =>
      trial.preset === preset && trial.contender === contender.name && trial.round === round
    );
  }

  /** Undefined if Ctrl-C came: it has reached contender and wire as well, and nothing counts. */
  async #tryUnlessStopped(due: Due): Promise<PeerTrial | undefined> {
    try {
      const trial = await this.#try(due);
      return this.#isStopped ? undefined : trial;
    } catch (error) {
      if (this.#isStopped) return undefined;
      throw error;
    }
  }

  async #try({ preset, contender, round }: Due): Promise<PeerTrial> {
    const key: TrialKey = { preset, contender: contender.name, round };
    await using venue = await Venue.open(preset, round);
    const { job, truth, namespace } = venue;
    try {
      const ours = this.#state.records.filter(isFinished)
        .filter((trial) => trial.preset === preset && trial.contender === PORTBUNNY.name);
      const limitMs = patience(this.#plan, ours.map(({ wallMs }) => wallMs));
      const trial = await runTrial(contender, { job, truth, namespace, limitMs });
      return { ...trial, ...key, overflowed: await venue.overflowed() };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return { ...key, failure: error.message.slice(0, FAILURE_LENGTH) };
    }
  }
}

/** Characters of a failure that are kept. */
const FAILURE_LENGTH = 300;

/** A trial in one line. */
function lineOf(trial: PeerTrial): string {
  const name = `${trial.preset}, round ${trial.round}: ${trial.contender}`;
  if (!isFinished(trial)) return `${name}: ${trial.failure}`;
  const { wallMs, isCapped, score: { openFound, openMissed } } = trial;
  const time = `${isCapped ? "> " : ""}${(wallMs / 1_000).toFixed(2)} s`;
  return `${name}: ${time}, ${openFound} of ${openFound + openMissed} open ports`;
}
