/**
 * Finds and follows the rate that a path delivers. At rest it sends at the fastest of the last
 * reports; now and then it takes a step up, watches whether the step comes back as rate, and takes
 * a larger one if it does. A queue that stands is drained, and if that does not help it was not
 * ours.
 *
 * BBR asks with a quarter more in one round of eight. Queues on the way to a port scan's targets
 * are short (40 packets on 700 in flight) and it is our packets that are lost in them, so steps
 * begin at a sixty-fourth here.
 */
import { RoundExtreme } from "./round_extreme.ts";

/** Reports whose fastest counts. */
const REMEMBERED = 6;

/**
 * A step: first, and largest, as shares of the rate; packets that it has at the least; multiple of
 * what reports at rest differ by, or chance would decide whether it has paid.
 */
const STEP = { first: 1 / 64, most: 1 / 2, packets: 3, changes: 2 } as const;

/** Weight of a report in the mean change of the rate. */
const CHANGE_GAIN = 1 / 8;

/** Share of a step that must come back as rate for it to have paid … */
const PAID = 1 / 2;

/** … and share that may stand in a queue afterwards. */
const QUEUED = 1 / 4;

/** Reports between a step that did not pay and the next. */
const REST = 2;

/** Least gain while a queue is drained (BBR's drain), and the gains if that does not help. */
const LEAST_GAIN = 3 / 4;
const FORCED_GAINS = [3 / 4, 1 / 2] as const;

/** Share of what a drain takes away that must be gone afterwards, or the queue was not ours. */
const DRAINED = 1 / 2;

/** Loss above which a rate that has fallen to this share of what was sent is believed at once … */
const CONGESTED = { loss: 0.05, rate: 0.9 } as const;

/**
 * … and where a queue of ours would not be seen among those of others. The rate is a mean of
 * reports then: the fastest of some is above what the path carries, and no queue would say so.
 */
const CROWDED = { loss: 0.02, rate: 1, gain: 1 / 4 } as const;

/** What came of one or more rounds. */
export interface Report {
  /** Packets per second delivered. */
  rate: number;
  /** Share of what had to be answered that was lost, where that was enough to tell. */
  loss: number;
  /** Delay by a queue of ours that stood all the time, µs … */
  queue: number;
  /** … and at the end. */
  queueNow: number;
  /** Delay below which neither says anything, µs. */
  noise: number;
  /** True if others fill queues, so that one of ours would not be seen. */
  isForeign: boolean;
  /** Round trip without a queue of ours, µs. */
  roundTrip: number;
  /** Packets that the rate holds in flight. */
  held: number;
}

/** See the file's comment. */
export class RateSearch {
  readonly #rates = new RoundExtreme("max", REMEMBERED);
  #phase: "rest" | "step" | "watch" | "drain" | "look" = "rest";
  #gain = 1;
  #step: number = STEP.first;
  #rest = 0;
  /** Where the first step leads, packets per second; 0: nowhere in particular. */
  #aim = 0;
  #wasAimed = false;
  /** Of the report before a drain: queue and rate. */
  #drainedQueue = 0;
  #drainedRate = 0;
  /** … and what the drain should have taken away. */
  #drained = 0;
  #gainBefore = 1;
  #forces = 0;
  /** Rate of the last report at rest, and how much such reports differ, as a share. */
  #lastRate = 0;
  #change = 0;
  /** Packets per second. */
  rate = 0;

  /** Multiple of the rate at which to send. */
  get gain(): number {
    return this.#gain;
  }

  /** True if the rate has been the same for a report or more. */
  get isSteady(): boolean {
    return this.#phase === "rest" && this.#lastRate > 0;
  }

  /** Begins anew at a rate; the first step leads to `aim`, if that is known. */
  begin(rate: number, aim = 0): void {
    this.rate = rate;
    this.#rates.reset(rate);
    this.#aim = aim;
    this.#step = STEP.first;
    this.#relax(aim > 0 ? 0 : REST);
  }

  /**
   * Takes a report in.
   *
   * @returns True if the queue in it is not ours.
   */
  onReport(report: Report): boolean {
    const { rate, loss } = report;
    const limit = report.isForeign ? CROWDED : CONGESTED;
    if (loss > limit.loss && rate < limit.rate * this.rate) {
      this.begin(rate);
      return false;
    }
    switch (this.#phase) {
      case "step":
        return this.#proceed("watch", 1);
      case "drain":
        return this.#proceed("look", 1);
      case "watch":
        return this.#judgeStep(report);
      case "look":
        return this.#judgeDrain(report);
      default:
        return this.#idle(report);
    }
  }

  /** What was sent in this phase is answered in the next. */
  #proceed(phase: "watch" | "look", gain: number): false {
    this.#phase = phase;
    this.#gain = gain;
    return false;
  }

  #judgeStep(report: Report): false {
    const { rate, loss, queue, queueNow, noise, roundTrip } = report;
    const isPaid = loss <= CONGESTED.loss && queue <= noise &&
      rate >= this.rate * (1 + PAID * this.#step) &&
      queueNow < noise + QUEUED * this.#step * roundTrip;
    this.#remember(report);
    if (isPaid) {
      this.#step = this.#wasAimed ? this.#firstStep(report) : Math.min(STEP.most, 2 * this.#step);
      this.#takeStep();
      return false;
    }
    this.#step = this.#firstStep(report);
    this.#relax(REST);
    return false;
  }

  /** A drain that does not help is repeated with force before the queue is called others'. */
  #judgeDrain(report: Report): boolean {
    const { queue } = report;
    const hasFallen = queue <= this.#drainedQueue - DRAINED * this.#drained;
    if (hasFallen) {
      // A queue of ours stood, so what came back then was all that the path carries.
      this.begin(Math.min(this.rate, Math.max(this.#drainedRate, this.#gainBefore * this.rate)));
      return false;
    }
    const forced = FORCED_GAINS[this.#forces++];
    if (forced !== undefined) {
      // The rate may be so wrong that a little less of it is still too much.
      this.#drainedRate = Math.min(this.#drainedRate, this.#gainBefore * this.rate);
      this.#drain(report, forced);
      return false;
    }
    this.#relax(REST);
    return true;
  }

  #idle(report: Report): false {
    const { rate, queue, noise, roundTrip } = report;
    if (queue > noise) {
      this.#drainedRate = rate;
      this.#forces = 0;
      // Twice the noise at least, or nobody could tell whether it has helped.
      this.#drain(report, Math.max(LEAST_GAIN, 1 - Math.max(queue, 2 * noise) / roundTrip));
      return false;
    }
    const change = Math.abs(rate - this.#lastRate) / Math.max(rate, this.#lastRate);
    if (this.#lastRate > 0) this.#change += (change - this.#change) * CHANGE_GAIN;
    this.#lastRate = rate;
    this.#remember(report);
    if (--this.#rest < 0) this.#takeStep();
    return false;
  }

  #firstStep({ held }: Report): number {
    const { first, most, packets, changes } = STEP;
    return Math.min(most, Math.max(first, packets / held, changes * this.#change));
  }

  #drain({ queue, roundTrip }: Report, gain: number): void {
    this.#phase = "drain";
    this.#gain = gain;
    this.#gainBefore = gain;
    this.#drainedQueue = queue;
    this.#drained = Math.min(queue, (1 - gain) * roundTrip);
  }

  #remember({ rate, isForeign }: Report): void {
    this.#rates.add(rate);
    this.rate = isForeign ? this.rate + (rate - this.rate) * CROWDED.gain : this.#rates.value;
  }

  #relax(reports: number): void {
    this.#lastRate = 0;
    this.#phase = "rest";
    this.#gain = 1;
    this.#rest = reports;
  }

  #takeStep(): void {
    this.#wasAimed = this.#aim > this.rate;
    if (this.#wasAimed) this.#step = Math.min(STEP.most, this.#aim / this.rate - 1);
    this.#aim = 0;
    this.#phase = "step";
    this.#gain = 1 + this.#step;
  }
}
