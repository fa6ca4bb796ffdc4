/**
 * Virtual time: a network, a clock that jumps from event to event, and the machines that scan in
 * it. The driver and the engine run here unchanged, and the same seed gives the same packets.
 */
import { assert } from "assertion";
import { type Micros, micros } from "units";
import { Network } from "./network.ts";

/** A scanner's link, as far as time is concerned. */
export interface Waiter {
  /** Packets that its capture holds now. */
  readonly captured: number;
  /** When a wait ends that began at `now`, given what the capture holds. */
  wakeTime(now: Micros, deadline: Micros): Micros;
}

/** A scanner, stepped in virtual time. */
export interface Runner {
  readonly link: Waiter;
  /** One step; returns when the next is due. */
  step(): Micros;
  /** True when it has finished. */
  readonly isDone: boolean;
}

/** Steps without progress of virtual time beyond which a run is taken for a loop. */
const MAX_IDLE_STEPS = 1_000_000;

/** See the file's comment. */
export class Simulator {
  readonly network: Network = new Network();

  /** Virtual time, µs. */
  get now(): Micros {
    return this.network.now;
  }

  /**
   * Lets virtual time pass until `deadline`, or until `link` has captured something and its tick
   * has come.
   */
  advance(link: Waiter, deadline: Micros): void {
    const { network } = this;
    const start = network.now;
    let until = link.wakeTime(start, deadline);
    while (network.nextTime <= until) {
      const before = link.captured;
      network.step(until);
      if (before === 0 && link.captured > 0) until = link.wakeTime(start, deadline);
    }
    assert(Number.isFinite(until), "Nothing will ever happen: the wait has no end");
    network.advance(until);
  }

  /**
   * Runs scanners beside each other until all are done or `limit` is reached.
   *
   * @returns True if all are done.
   */
  run(runners: readonly Runner[], limit: Micros): boolean {
    const { network } = this;
    const started = network.now;
    const due = runners.map(() => started);
    let idle = 0;
    let last = started;
    while (network.now < limit) {
      let nextAt = Infinity;
      let next = -1;
      for (let i = 0; i < runners.length; i++) {
        if (runners[i]!.isDone) continue;
        const at = this.#wakeOf(runners[i]!, due[i]!);
        if (at < nextAt) {
          nextAt = at;
          next = i;
        }
      }
      if (next < 0) return true;
      if (network.nextTime <= nextAt) {
        network.step(network.nextTime);
        continue;
      }
      network.advance(micros(nextAt));
      due[next] = micros(Math.max(runners[next]!.step(), network.now + 1));
      idle = network.now > last ? 0 : idle + 1;
      last = network.now;
      assert(idle < MAX_IDLE_STEPS, "The scanners step without end");
    }
    return runners.every((runner) => runner.isDone);
  }

  #wakeOf(runner: Runner, due: Micros): Micros {
    return runner.link.captured > 0 ? runner.link.wakeTime(micros(this.now - 1), due) : due;
  }
}
