/** Everybody who takes part, in the order in which they run. */
import type { Contender, ScanJob } from "../contender.ts";
import { toldRate } from "../told_rate.ts";
import { MASSCAN } from "./masscan.ts";
import { nmap } from "./nmap.ts";
import { PORTBUNNY } from "./portbunny.ts";
import { ZMAP } from "./zmap.ts";

/** nmap as somebody uses it who knows the path and is in a hurry. */
const EXPERT: Contender = {
  ...nmap([], "told nine tenths of the path's rate as the least; two retries instead of ten"),
  name: "nmap expert",
  words: (job: ScanJob, file) => {
    const timing = ["-T4", "--min-rate", `${toldRate(job.pathRate)}`, "--max-retries", "2"];
    return nmap(timing, "").words(job, file);
  },
};

/** PortBunny first: the patience with the others depends on its time. */
export const ROSTER: readonly Contender[] = [
  PORTBUNNY,
  nmap(["-T3"], "nmap's default"),
  nmap(["-T4"], "the usual advice for fast networks"),
  nmap(["-T5"], "nmap's fastest template; it gives up a host after 15 minutes"),
  EXPERT,
  MASSCAN,
  ZMAP,
];
