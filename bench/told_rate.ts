/** The rate that contenders are told which cannot find it out by themselves. */

/** Share of the path's rate: with all of it, what else is on the path would be lost. */
const SHARE = 0.9;

/** Packets a second that one core of a small machine can send and still receive answers at. */
const MOST = 100_000;

/** What a user would tell a scanner about a path that he knows, packets a second. */
export function toldRate(pathRate: number): number {
  return Math.min(MOST, Math.floor(SHARE * pathRate));
}
