/** What the trials of a comparison come to: medians of each contender at each preset. */
import { type FinishedTrial, isFinished, type PeerTrial } from "./peer_trial.ts";
import { median } from "./statistics.ts";

/** What a preset is, as far as results are read by it. */
export interface PresetFacts {
  name: string;
  /** Ports that are asked for. */
  ports: number;
  /** Pairs of target and port. */
  pairs: number;
  /** Open ones among them. */
  open: number;
  /** Time below which no scanner can be, ms. */
  limitMs: number;
}

/** One contender at one preset. Times in ms. */
export interface PeerSummary {
  preset: string;
  contender: string;
  /** Trials that came to an end. */
  trials: number;
  /** True if our patience ended the trial in the middle; its figures say "more than" then. */
  isCapped: boolean;
  wallMs: number;
  /** Its time over PortBunny's; absent without one of ours. */
  timeOverOurs?: number;
  /** Its time over the limit. */
  timeOverLimit: number;
  cpuMs: number;
  rssMb: number;
  packetsPerPair: number;
  /** Packets that full queues and policers dropped, for each packet that was sent. */
  causedLoss: number;
  openFound: number;
  wrongOpen: number;
  wrongClosed: number;
  wrongFiltered: number;
  undecided: number;
  /** What went wrong in the last trial that came to nothing, if one did. */
  failure?: string;
}

/** Sums up; rows in the order of the presets, then in that of the contenders. */
export function summarizePeers(
  trials: readonly PeerTrial[],
  { presets, contenders, ours }: {
    presets: readonly PresetFacts[];
    contenders: readonly string[];
    ours: string;
  },
): PeerSummary[] {
  return presets.flatMap((preset) => {
    const here = trials.filter((trial) => trial.preset === preset.name);
    const our = here.filter(isFinished).filter(({ contender }) => contender === ours);
    const ourMs = our.length === 0 ? undefined : median(our.map(({ wallMs }) => wallMs));
    return contenders.flatMap((name) => {
      const some = here.filter(({ contender }) => contender === name);
      return some.length === 0 ? [] : [summarize(some, { preset, ourMs })];
    });
  });
}

/** Sums up the trials of one contender at one preset. */
function summarize(
  trials: readonly PeerTrial[],
  { preset, ourMs }: { preset: PresetFacts; ourMs: number | undefined },
): PeerSummary {
  const finished = trials.filter(isFinished);
  const failure = trials.filter((trial) => "failure" in trial).at(-1)?.failure;
  const middle = (of: (trial: FinishedTrial) => number): number =>
    finished.length === 0 ? NaN : median(finished.map(of));
  const wallMs = middle((trial) => trial.wallMs);
  return {
    preset: preset.name,
    contender: trials[0]!.contender,
    trials: finished.length,
    isCapped: finished.filter((trial) => trial.isCapped).length * 2 > finished.length,
    wallMs,
    ...(ourMs === undefined ? {} : { timeOverOurs: wallMs / ourMs }),
    timeOverLimit: wallMs / preset.limitMs,
    cpuMs: middle((trial) => trial.cpuMs),
    rssMb: middle((trial) => trial.rssMb),
    packetsPerPair: middle((trial) => trial.sent) / preset.pairs,
    causedLoss: middle(({ overflowed, sent }) => sent === 0 ? 0 : overflowed / sent),
    openFound: middle(({ score }) => score.openFound),
    wrongOpen: middle(({ score }) => score.wrongOpen),
    wrongClosed: middle(({ score }) => score.wrongClosed),
    wrongFiltered: middle(({ score }) => score.wrongFiltered),
    undecided: middle(({ score }) => score.undecided),
    ...(failure === undefined ? {} : { failure }),
  };
}
