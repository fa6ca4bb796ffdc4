/** What stands on the way in a random network: mostly nothing, sometimes several things. */
import type { Random } from "random";
import type { Boxes, BoxMaker } from "sim/one_host.ts";
import {
  blocker,
  changingLine,
  forgetful,
  late,
  liars,
  natTable,
  nearFilter,
  slowService,
  synPolicer,
  wifi,
} from "sim/preset_boxes.ts";
import type { PortRule } from "sim/port_policy.ts";
import type { PairCounts } from "sim/time_limit.ts";
import { micros, MILLISECOND } from "units";
import { anyCount, anyScale, between, maybe } from "./draw.ts";

/** Boxes with words that say what they are. */
export interface DrawnBoxes {
  readonly words: readonly string[];
  readonly make: BoxMaker;
  /** By how much they delay an answer at the most, µs; what their queues do is not counted. */
  readonly latest: number;
}

/** Draws them. */
export function drawBoxes(random: Random, path: { readonly mbps: number }): DrawnBoxes {
  const drawn = [
    ...maybe(random, 0.1, () => drawPolicer(random)),
    ...maybe(random, 0.06, () => drawService(random)),
    ...maybe(random, 0.05, () => drawForgetful(random)),
    ...maybe(random, 0.04, () => drawNat(random)),
    ...maybe(random, 0.05, () => drawBlocker(random)),
    ...maybe(random, 0.06, () => drawLate(random)),
    ...maybe(random, 0.06, () => drawFilter(random)),
    ...maybe(random, 0.12, () => drawLiars(random)),
    ...maybe(random, 0.08, () => drawWifi(random)),
    ...maybe(random, 0.05, () => drawChange(random, path.mbps)),
  ];
  return {
    words: drawn.map(({ word }) => word),
    latest: Math.max(0, ...drawn.map(({ latest }) => latest ?? 0)),
    make: (site) => join(drawn.map(({ make }) => make({ ...site, random: site.random.fork() }))),
  };
}

/** One box. */
interface Drawn {
  readonly word: string;
  readonly make: BoxMaker;
  readonly latest?: number;
}

function drawPolicer(random: Random): Drawn {
  const rate = anyCount(random, 50, 5_000);
  const burst = anyCount(random, 5, 200);
  return { word: `SYNs policed at ${rate}/s, burst ${burst}`, make: synPolicer(rate, burst) };
}

function drawService(random: Random): Drawn {
  const rate = anyCount(random, 100, 5_000);
  const queue = anyCount(random, 4, 60);
  return { word: `service ${rate}/s, queue ${queue}`, make: slowService(rate, queue) };
}

function drawForgetful(random: Random): Drawn {
  const share = anyScale(random, 0.01, 0.1);
  return { word: `${(100 * share).toFixed(1)} % lost by the host`, make: forgetful(share) };
}

function drawNat(random: Random): Drawn {
  const entries = anyCount(random, 200, 5_000);
  const seconds = anyCount(random, 5, 60);
  return { word: `NAT with ${entries} entries of ${seconds} s`, make: natTable(entries, seconds) };
}

function drawBlocker(random: Random): Drawn {
  const after = anyCount(random, 20, 3_000);
  const lasts = random.chance(0.5) ? Infinity : anyCount(random, 1e5, 2e7);
  return { word: `blocked after ${after} packets`, make: blocker({ after, lasts }) };
}

function drawLate(random: Random): Drawn {
  const share = anyScale(random, 0.01, 0.5);
  const until = anyCount(random, 20, 1_500);
  const word = `${(100 * share).toFixed(0)} % of the answers up to ${until} ms late`;
  return { word, make: late(share, until / 3, until), latest: until * MILLISECOND };
}

function drawFilter(random: Random): Drawn {
  const ports = [25, 135, 136, 137, 138, 139, 445];
  return { word: "a filter nearby", make: nearFilter(ports, anyScale(random, 0.5, 20)) };
}

function drawLiars(random: Random): Drawn {
  const share = () => random.chance(0.5) ? anyScale(random, 0.01, 1) : 0;
  const lies = {
    wrongAck: share(),
    wrongPort: share(),
    stranger: share(),
    blind: share(),
    bogusError: share(),
    garbage: share(),
  };
  const flood = { rate: anyCount(random, 100, 20_000), lasts: anyCount(random, 1e5, 3e6) };
  const repeats = {
    share: anyScale(random, 0.001, 0.2),
    times: between(random, 1, 30),
    spacing: anyCount(random, 10, 50_000),
  };
  return { word: "liars", make: liars(random.chance(0.5) ? { lies } : { lies, flood }, repeats) };
}

function drawWifi(random: Random): Drawn {
  const stalls = { every: anyCount(random, 2e5, 5e6), lasts: anyCount(random, 1e4, 2e5) };
  const options = { queuePackets: anyCount(random, 32, 512) };
  const make = wifi(7_000, random.chance(0.5) ? options : { ...options, stalls });
  return { word: "WiFi", make, latest: 2 * stalls.lasts };
}

function drawChange(random: Random, mbps: number): Drawn {
  const from = anyScale(random, 0.05, 5);
  const slow = { mbps: mbps * anyScale(random, 0.1, 1), from, until: 2 * from };
  return { word: "a line that changes, with a download", make: changingLine(mbps, slow) };
}

/** Several boxes as one. */
function join(boxes: readonly Boxes[]): Boxes {
  const nodes = (key: "nearOut" | "nearBack" | "farOut" | "farBack") =>
    boxes.flatMap((box) => box[key] ?? []);
  const sum = (key: "dropped" | "othersDropped") =>
    boxes.reduce((total, box) => total + (box[key]?.() ?? 0), 0);
  return {
    nearOut: nodes("nearOut"),
    nearBack: nodes("nearBack"),
    farOut: nodes("farOut"),
    farBack: nodes("farBack"),
    dropped: () => sum("dropped"),
    othersDropped: () => sum("othersDropped"),
    ruleOf: (port: number, rule: PortRule) =>
      boxes.reduce((made, box) => box.ruleOf?.(port, made) ?? made, rule),
    limit: (pairs: PairCounts) =>
      micros(Math.max(0, ...boxes.map((box) => box.limit?.(pairs) ?? 0))),
  };
}
