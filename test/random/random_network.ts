/**
 * A random network and a scan of it, all drawn from one seed. Each aspect has a stream of its own,
 * so that a change in one leaves the others as they were.
 */
import { Random } from "random";
import type { HostProfile } from "sim/host.ts";
import type { LimiterOptions } from "sim/limiter.ts";
import type { LossOptions } from "sim/loss.ts";
import { oneHost, type OneHostOptions } from "sim/one_host.ts";
import { type PortLists, PortTable, rejectCode } from "sim/port_policy.ts";
import type { Preset } from "sim/preset.ts";
import { HOST_ADDRESS } from "sim/scenario.ts";
import {
  BSD_LIMITS,
  LINUX_LIMITS,
  type ReplyLimitOptions,
  SOLARIS_LIMITS,
} from "sim/reply_limits.ts";
import type { SimScanOptions } from "sim/sim_scan.ts";
import { timeOnLink } from "sim/time_limit.ts";
import { micros } from "units";
import { anyCount, anyScale, between, maybe, oneOf } from "./draw.ts";
import { drawBoxes } from "./random_boxes.ts";

/** A network and how it is scanned. */
export interface RandomNetwork {
  readonly seed: number;
  /** What is special about it, for people. */
  readonly words: readonly string[];
  readonly preset: Preset;
  readonly kernelResets: boolean;
  readonly scan: Omit<SimScanOptions, "targets" | "ports">;
  /** Time that an answer takes at the most, µs: far away, behind a full queue, from a slow host. */
  readonly slowestAnswer: number;
  /** True if the port answers with an ICMP error. */
  isRejected(port: number): boolean;
}

/** Draws a network and a scan. */
export function drawNetwork(seed: number): RandomNetwork {
  const random = new Random(seed);
  const [ways, ports, hosts, boxes, scans] = Array.from({ length: 5 }, () => random.fork());
  const way = drawWay(ways!);
  const lastPort = anyCount(ports!, 20, 1_500);
  const lists = drawPorts(ports!, lastPort);
  const host = drawHost(hosts!);
  const drawnBoxes = drawBoxes(boxes!, way);
  const scan = drawScan(scans!, seed);
  const table = new PortTable(lists);
  return {
    seed,
    words: [
      `${way.rttMs.toFixed(1)} ms`,
      `${way.mbps.toFixed(1)} Mbit/s`,
      `queue ${way.queue}`,
      lossWord(way.loss),
      `${lastPort} ports, rest ${lists.rest}`,
      ...drawnBoxes.words,
      ...hostWords(host),
      ...Object.entries(scan).map(([name, value]) => `${name} ${value}`),
    ],
    preset: oneHost({ ...way, about: "", lastPort, ports: lists, host, boxes: drawnBoxes.make }),
    kernelResets: !random.chance(0.2),
    scan,
    slowestAnswer: 1_000 * way.rttMs + timeOnLink(2 * way.queue, way.mbps * 1e6) +
      drawnBoxes.latest,
    isRejected: (port) => rejectCode(table.ruleOf(HOST_ADDRESS, port)) >= 0,
  };
}

type Way = Pick<OneHostOptions, "rttMs" | "mbps" | "loss" | "way"> & { readonly queue: number };

function drawWay(random: Random): Way {
  const rttMs = anyScale(random, 0.2, 400);
  const [jitter] = maybe(random, 0.3, () => ({
    kind: oneOf(random, ["uniform", "exponential"] as const),
    mean: 1_000 * rttMs * anyScale(random, 0.01, 0.3),
    reorder: random.chance(0.5),
  }));
  return {
    rttMs,
    mbps: anyScale(random, 0.5, 1_000),
    queue: anyCount(random, 5, 2_000),
    loss: drawLoss(random),
    way: {
      ...(jitter === undefined ? {} : { jitter }),
      duplicate: random.chance(0.15) ? anyScale(random, 0.001, 0.1) : 0,
      corrupt: random.chance(0.15) ? anyScale(random, 0.001, 0.02) : 0,
      hops: random.below(20),
    },
  };
}

function drawLoss(random: Random): LossOptions {
  const share = random.chance(0.35) ? 0 : anyScale(random, 0.0005, 0.05);
  if (share === 0 || random.chance(0.7)) return { kind: "random", probability: share };
  const length = anyScale(random, 2, 20);
  return { kind: "bursts", share, length, badLoss: anyScale(random, 0.5, 1) };
}

function lossWord(loss: LossOptions | undefined): string {
  if (loss === undefined) return "no loss";
  const share = loss.kind === "bursts" ? loss.share : "probability" in loss ? loss.probability : 0;
  return `${(100 * share).toFixed(2)} % loss${loss.kind === "bursts" ? " in bursts" : ""}`;
}

function drawPorts(random: Random, lastPort: number): PortLists {
  const open: number[] = [];
  const closed: number[] = [];
  const dropped: number[] = [];
  const adminProhibited: number[] = [];
  const hostProhibited: number[] = [];
  const openShare = anyScale(random, 0.002, 0.3);
  const closedShare = oneOf(random, [0, 0.01, 0.1, 0.5, 1]);
  const rejectedShare = random.chance(0.2) ? anyScale(random, 0.005, 0.3) : 0;
  for (let port = 1; port <= lastPort; port++) {
    if (random.chance(openShare)) open.push(port);
    else if (random.chance(rejectedShare)) {
      oneOf(random, [adminProhibited, hostProhibited]).push(port);
    } else if (random.chance(closedShare)) closed.push(port);
    else dropped.push(port);
  }
  return { open, closed, dropped, adminProhibited, hostProhibited, rest: "dropped" };
}

function drawHost(random: Random): Omit<HostProfile, "ports"> {
  const custom: LimiterOptions = random.chance(0.5)
    ? { kind: "token-bucket", rate: anyCount(random, 20, 2_000), burst: anyCount(random, 5, 300) }
    : { kind: "second-counter", limit: anyCount(random, 20, 1_000) };
  const limits: ReplyLimitOptions = random.chance(0.65) ? {} : oneOf(random, [
    LINUX_LIMITS,
    LINUX_LIMITS,
    BSD_LIMITS,
    SOLARIS_LIMITS,
    { reset: [custom] },
    { echo: [custom] },
    { synAck: [custom], reset: [custom] },
  ]);
  const from = anyCount(random, 5e4, 3e6);
  const away = { from: micros(from), until: micros(from + anyCount(random, 5e4, 1e7)) };
  return {
    echo: random.chance(0.8),
    timestamp: random.chance(0.2),
    mask: random.chance(0.1),
    udp: random.chance(0.3),
    ack: random.chance(0.7),
    ...(random.chance(0.1) ? { backlog: 0 } : {}),
    synAckRetries: between(random, 0, 5),
    limits,
    ...(random.chance(0.06) ? { away: [away] } : {}),
  };
}

function hostWords({ echo, away, limits, backlog }: Omit<HostProfile, "ports">): string[] {
  return [
    ...(echo ? [] : ["no echo"]),
    ...(backlog === 0 ? ["no state"] : []),
    ...(limits === undefined || Object.keys(limits).length === 0
      ? []
      : [`limits ${JSON.stringify(limits)}`]),
    ...(away === undefined ? [] : [`away ${away[0]!.from} to ${away[0]!.until} µs`]),
  ];
}

/** Controllers to draw from. */
const TIMINGS = ["reno", "reno", "cubic", "bic", "scalable", "vegas", "fixed", "paced"] as const;

function drawScan(random: Random, seed: number): RandomNetwork["scan"] {
  const timing = oneOf(random, TIMINGS);
  const argument = { fixed: anyCount(random, 2, 300), paced: anyCount(random, 20, 20_000) };
  const maxRate = anyCount(random, 50, 5_000);
  const maxRetries = between(random, 1, 5);
  return {
    seed,
    timing: timing === "fixed" || timing === "paced" ? `${timing}:${argument[timing]}` : timing,
    ...(random.chance(0.1) ? { maxRate } : {}),
    ...(random.chance(0.1) ? { maxRetries } : {}),
    ...(random.chance(0.1) ? { minSilences: 1 } : {}),
    ...(random.chance(0.2) ? { skipSearch: true } : {}),
    ...(random.chance(0.08) ? { sourcePort: 53 } : {}),
    samples: random.chance(0.2),
  };
}
