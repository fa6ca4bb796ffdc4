/** One contender at one preset, once, as it is kept and reported. */
import type { Trial } from "./trial.ts";

/** Which trial it is. */
export interface TrialKey {
  preset: string;
  contender: string;
  /** From 1. All contenders of a round meet the same network, seed and all. */
  round: number;
}

/** A trial that came to an end, its own or that of our patience. */
export interface FinishedTrial extends TrialKey, Omit<Trial, "contender"> {
  /** Packets that found a queue full or were above a policer's rate, both ways. */
  overflowed: number;
}

/** A trial that came to nothing. */
export interface FailedTrial extends TrialKey {
  /** What went wrong. */
  failure: string;
}

/** See the file's comment. */
export type PeerTrial = FinishedTrial | FailedTrial;

/** True for a trial that can be judged. */
export function isFinished(trial: PeerTrial): trial is FinishedTrial {
  return !("failure" in trial);
}
