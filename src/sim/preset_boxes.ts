/** What stands on the way in presets, made of the figures that `presets.ts` gives. */
import { type Micros, micros, MILLISECOND, SECOND } from "units";
import { Blocker, type BlockerOptions } from "./blocker.ts";
import type { LimiterOptions } from "./limiter.ts";
import { Liar, type LiarOptions } from "./liar.ts";
import { Middlebox } from "./middlebox.ts";
import { Nat } from "./nat.ts";
import type { BoxMaker } from "./one_host.ts";
import { Path } from "./path.ts";
import { type PathChange, scheduleChanges } from "./path_changes.ts";
import { Policer } from "./policer.ts";
import { PortRule } from "./port_policy.ts";
import { PriorityLink, type PriorityLinkOptions } from "./priority_link.ts";
import { Radio, type RadioOptions } from "./radio.ts";
import { Repeater, type RepeaterOptions } from "./repeater.ts";
import { SourceQuencher } from "./source_quencher.ts";
import { Straggler } from "./straggler.ts";
import { TcpDownload } from "./tcp_download.ts";
import { questionsFor, timeAtLimiter, timeOnLink } from "./time_limit.ts";

/** A firewall in front of the host that polices SYNs: packets per second, and a burst. */
export function synPolicer(rate: number, burst: number): BoxMaker {
  const limit: LimiterOptions = { kind: "token-bucket", rate, burst };
  return () => {
    const policer = new Policer({ limit, class: "syn" });
    return {
      farOut: [policer],
      dropped: () => policer.dropped,
      rate,
      limit: (pairs) => timeAtLimiter(questionsFor(pairs), limit),
    };
  };
}

/** A host that takes packets in slowly from a short queue. */
export function slowService(packetsPerSecond: number, queuePackets: number): BoxMaker {
  return ({ random }) => {
    const service = new Path({ bottleneck: { packetsPerSecond, queuePackets } }, random);
    return {
      farOut: [service],
      dropped: () => service.counters.overflowed,
      rate: packetsPerSecond,
      limit: (pairs) => micros((questionsFor(pairs) * SECOND) / packetsPerSecond),
    };
  };
}

/** A host that loses a share of what comes, at any rate. */
export function forgetful(probability: number): BoxMaker {
  return ({ random }) => ({
    farOut: [new Path({ loss: { kind: "random", probability } }, random)],
  });
}

/** The slowest link gives ICMP a queue of its own, which goes first, both ways. */
export function priorities(mbps: number, queuePackets: number): BoxMaker {
  const options: PriorityLinkOptions = {
    bitsPerSecond: mbps * 1e6,
    classes: [{ class: "icmp", queuePackets }, { class: "all", queuePackets }],
  };
  return () => {
    const out = new PriorityLink(options);
    const back = new PriorityLink(options);
    const droppedBy = (link: PriorityLink) => link.dropped.reduce((sum, count) => sum + count, 0);
    return {
      nearOut: [out],
      farBack: [back],
      dropped: () => droppedBy(out) + droppedBy(back),
    };
  };
}

/** The scanner's own router remembers so many 4-tuples, each for so long. */
export function natTable(entries: number, seconds: number): BoxMaker {
  return () => {
    const nat = new Nat({ entries, timeout: seconds * SECOND });
    const refill: LimiterOptions = {
      kind: "token-bucket",
      rate: entries / seconds,
      burst: entries,
    };
    return {
      nearOut: [nat.outward],
      nearBack: [nat.inward],
      dropped: () => nat.refused,
      limit: (pairs) => timeAtLimiter(questionsFor(pairs), refill),
    };
  };
}

/** From a number of packets on nothing passes any more, for a while or for good. */
export function blocker(options: BlockerOptions): BoxMaker {
  const { after, lasts = Infinity } = options;
  return () => ({
    farOut: [new Blocker(options)],
    // As many again pass after each block. One that lasts for good leaves no time to compute.
    limit: (pairs) => {
      const blocks = Math.floor(questionsFor(pairs) / after);
      return micros(lasts === Infinity ? 0 : blocks * lasts);
    },
  });
}

/** A share of the answers comes late. */
export function late(share: number, fromMs: number, untilMs: number): BoxMaker {
  const from = fromMs * MILLISECOND;
  const until = untilMs * MILLISECOND;
  return ({ random }) => ({ farBack: [new Straggler({ share, from, until }, random)] });
}

/** A firewall that answers every SYN itself. */
export function synProxy(): BoxMaker {
  return () => ({
    farOut: [new Middlebox({ ports: "all", answer: "syn-ack" })],
    ruleOf: () => PortRule.OPEN,
  });
}

/** The provider's filter: it answers some ports with a RST, from much nearer than the host. */
export function nearFilter(ports: readonly number[], rttMs: number): BoxMaker {
  return ({ network, random, end }) => {
    const way = new Path({ delay: rttMs * MILLISECOND }, random);
    const back = network.addRoute([way, end]);
    return {
      nearOut: [new Middlebox({ ports, answer: "rst", back })],
      ruleOf: (port, rule) => ports.includes(port) ? PortRule.RESET : rule,
    };
  };
}

/** The scanner's own WiFi, through which so many minimal packets per second pass each way. */
export function wifi(packetsPerSecond: number, options: RadioOptions): BoxMaker {
  return ({ random }) => {
    const radio = new Radio(options, random);
    return {
      nearOut: [radio.out],
      nearBack: [radio.back],
      dropped: () => radio.out.overflowed + radio.back.overflowed,
      limit: (pairs) => micros((questionsFor(pairs) * SECOND) / packetsPerSecond),
    };
  };
}

/** When a line is slow, s, and how slow. */
export interface SlowSpell {
  readonly mbps: number;
  readonly from: number;
  readonly until: number;
}

/** The line has another rate in the middle of the scan, and somebody's download beside it. */
export function changingLine(usualMbps: number, slow: SlowSpell): BoxMaker {
  return ({ network, out, back }) => {
    const download = new TcpDownload();
    download.connect(network, { data: [back], acks: [out] });
    download.start(micros(0));
    const usual = usualMbps * 1e6;
    const changes: PathChange[] = [
      { at: micros(slow.from * SECOND), rate: { bitsPerSecond: slow.mbps * 1e6 } },
      { at: micros(slow.until * SECOND), rate: { bitsPerSecond: usual } },
    ];
    for (const path of [out, back]) scheduleChanges(network, path, changes);
    return {
      // Of the answers too few come to fill that queue: what is dropped there is the download's.
      othersDropped: () => back.counters.overflowed,
      limit: (pairs) => timeOnChangingLink(timeOnLink(questionsFor(pairs), usual), slow, usual),
    };
  };
}

/** Time for what takes `steady` at the usual rate. */
function timeOnChangingLink(
  steady: Micros,
  slow: SlowSpell,
  usual: number,
): Micros {
  const left = steady - slow.from * SECOND;
  if (left <= 0) return steady;
  const slowness = usual / (slow.mbps * 1e6);
  const slowTime = Math.min(left * slowness, (slow.until - slow.from) * SECOND);
  return micros(slow.from * SECOND + slowTime + left - slowTime / slowness);
}

/** Everybody lies: false answers, a flood, true ones many times over, and orders to be slower. */
export function liars(lies: LiarOptions, repeats: RepeaterOptions): BoxMaker {
  return ({ random, out }) => {
    const liar = new Liar(lies, random.fork());
    const repeater = new Repeater(repeats, random.fork());
    if (out.bottleneck === undefined) return { farOut: [liar], farBack: [repeater] };
    const quencher = new SourceQuencher({
      bottleneck: out.bottleneck,
      above: 10,
      every: 20,
      address: ROUTER,
    });
    return { nearOut: [quencher], farOut: [liar], farBack: [repeater] };
  };
}

/** A router on the way: TEST-NET-3 (RFC 5737). */
const ROUTER = 0xcb007101;
