/**
 * What the facts mean for the scan: controller, rate cap, silences, spacing. The only place where
 * such choices are made; detectors (issues of their own) will add facts, not decisions.
 */
import { type Micros, micros, MILLISECOND } from "units";
import type { LossEstimate } from "./loss_estimate.ts";
import { MAX_SILENCES } from "./outcomes.ts";

/** What is known of path and target, and what the user asked for. */
export interface Facts {
  /** Losses seen so far. */
  readonly loss: LossEstimate;
  /** Pairs that have answered. */
  readonly answered: number;
  /** Smoothed round trip, µs; NaN before the first answer. */
  readonly srtt: Micros;
  /** Longest run of losses seen, in time. */
  readonly longestLossBurst: Micros;
  /** True under `-g`: all tries of a pair share one 4-tuple. */
  readonly onePort: boolean;
}

/** What the user accepts. */
export interface Limits {
  /** Wrong "filtered" verdicts per target. */
  readonly maxError: number;
  /** Silences that it takes at least. */
  readonly minSilences: number;
  /** Times that a silent pair is asked again at the most. */
  readonly maxRetries: number;
}

/** Shortest time between two silences of a pair: losses come in bursts (facts: ≥ 100 ms apart). */
const MIN_SPACING = 100 * MILLISECOND;

/** The same under `-g`: Linux answers a repeated SYN at most once in 500 ms. */
const ONE_PORT_SPACING = 600 * MILLISECOND;

/** Share of lost fallback triggers above which a third silence is asked for. */
const FALLBACK_LOSS = 0.01;

/** Time between two questions to a target before any round trip is known: longer than most. */
const UNKNOWN_SPACING = 500 * MILLISECOND;

/** How many silences make "filtered". */
export function silencesFor(facts: Facts, limits: Limits): number {
  const most = Math.min(limits.maxRetries + 1, MAX_SILENCES);
  const least = Math.min(limits.minSilences, most);
  if (facts.loss.samples === 0) {
    const { fallbackLosses: lost, fallbackSamples: all } = facts.loss;
    return Math.min(most, lost > FALLBACK_LOSS * all ? least + 1 : least);
  }
  return facts.loss.silencesNeeded(facts.answered, { accepted: limits.maxError, least, most });
}

/** Least time between two tries of a pair. */
export function spacingFor(facts: Facts): Micros {
  const twoRounds = Number.isNaN(facts.srtt) ? 0 : 2 * facts.srtt;
  const least = facts.onePort ? ONE_PORT_SPACING : MIN_SPACING;
  return micros(Math.max(least, twoRounds, facts.longestLossBurst));
}

/**
 * Least time between two questions of a search to one target: an answer may be on its way.
 *
 * @param patience How long answers take at the most; undefined before the first one.
 */
export function questionSpacing(patience: Micros | undefined): Micros {
  return micros(patience === undefined ? UNKNOWN_SPACING : Math.max(MIN_SPACING, patience));
}
