/**
 * The presets: named network conditions, frozen with their numbers. Tables, thresholds and the lab
 * rest on them, so a number here changes only together with all results.
 */
import { topPorts } from "scan/services.ts";
import { micros, SECOND } from "units";
import { ipv4ToNumber } from "wire/address.ts";
import { blocks, type HostKind } from "./blocks.ts";
import type { HostProfile } from "./host.ts";
import type { LossOptions } from "./loss.ts";
import { oneHost } from "./one_host.ts";
import { type PortLists, PortLottery, PortTable } from "./port_policy.ts";
import type { Preset } from "./preset.ts";
import {
  blocker,
  changingLine,
  forgetful,
  late,
  liars,
  natTable,
  nearFilter,
  priorities,
  slowService,
  synPolicer,
  synProxy,
  wifi,
} from "./preset_boxes.ts";
import { BSD_LIMITS, LINUX_LIMITS } from "./reply_limits.ts";

/** Every TCP port but port 0. */
const ALL_PORTS = 65_535;

/** Three services, two closed ports, and a firewall that drops the rest. */
const FILTERED: PortLists = { open: [22, 80, 443], closed: [53, 8_443], rest: "dropped" };

/** Services of a host without a firewall; the last ones are not where anybody would look first. */
const CLOSED: PortLists = { open: [22, 80, 443, 8_080, 51_413], rest: "closed" };
const CLOSED_6: PortLists = { ...CLOSED, open: [22, 80, 443, 3_306, 8_080, 51_413] };

/** The same for scans of the first 5,000 ports. */
const LOW_CLOSED: PortLists = { open: [22, 80, 443, 3_306, 4_899], rest: "closed" };

/** A dozen services, a thousand ports dropped. */
const LOSSY_PORTS: PortLists = {
  open: [21, 22, 25, 53, 80, 110, 143, 443, 3_306, 5_900, 8_080, 9_999],
  dropped: Array.from({ length: 1_000 }, (_, i) => 4_000 + i),
  rest: "closed",
};

/** Services, a thousand closed ports, the rest dropped: false verdicts of all kinds can be told. */
const MIXED: PortLists = {
  open: [22, 80, 443],
  closed: Array.from({ length: 1_000 }, (_, i) => 10 * (i + 1)),
  rest: "dropped",
};

/** What a provider filters: mail, and Windows' own protocols. */
const PROVIDER_PORTS = [25, 135, 136, 137, 138, 139, 445];

/** A host on the Internet of the middle kind, whatever else is the matter with it. */
const MIDDLING = { rttMs: 30, mbps: 25, queue: 100, loss: randomLoss(0.1), lastPort: 10_000 };

/**
 * Minimal packets per second that the radio carries each way when both ways are full (measured).
 */
const WIFI_RATE = 7_000;

/** Each packet is lost with the same chance. */
function randomLoss(percent: number): LossOptions {
  return { kind: "random", probability: percent / 100 };
}

/** Hosts of three departments. */
function mixedKinds(seed: number): HostKind[] {
  const table = (lists: PortLists, rest: Omit<HostProfile, "ports"> = {}): HostProfile => ({
    ports: new PortTable(lists),
    ...rest,
  });
  const rejected = [...topPorts(1_000)].filter((port) => port !== 22);
  return [
    { share: 0.35, profile: table({ open: [22, 80, 443], closed: [8_080], rest: "dropped" }) },
    { share: 0.25, profile: { ports: new PortLottery({ open: 0.01, closed: 0.99 }, seed) } },
    { share: 0.15, profile: table({ open: [443], rest: "dropped" }, { echo: false, ack: false }) },
    { share: 0.1, profile: table({ open: [22, 25], rest: "closed" }, { limits: BSD_LIMITS }) },
    {
      share: 0.1,
      profile: table({ open: [22], adminProhibited: rejected, rest: "dropped" }, {
        limits: LINUX_LIMITS,
      }),
    },
    { share: 0.05, profile: table({ rest: "dropped" }) },
  ];
}

/** Every address of a block by its first three numbers, or two. */
function block(...start: number[]): { first: number; last: number } {
  const first = ipv4ToNumber(Uint8Array.from({ length: 4 }, (_, i) => start[i] ?? 0));
  return { first, last: first + 2 ** (8 * (4 - start.length)) - 1 };
}

/** All presets by name. */
export const PRESETS = {
  "lan-closed": oneHost({
    about: "a host on the own network, no firewall: every port answers",
    rttMs: 0.1,
    mbps: 1_000,
    queue: 1_000,
    lastPort: ALL_PORTS,
    ports: CLOSED,
  }),
  "lan-filtered": oneHost({
    about: "a host on the own network behind a firewall that drops",
    rttMs: 0.1,
    mbps: 1_000,
    queue: 1_000,
    lastPort: ALL_PORTS,
    ports: FILTERED,
  }),
  "internet-filtered": oneHost({
    about: "a firewalled host on the Internet, 8 Mbit/s",
    rttMs: 60,
    mbps: 8,
    queue: 40,
    loss: randomLoss(0.1),
    lastPort: ALL_PORTS,
    ports: FILTERED,
  }),
  "internet-filtered-100": oneHost({
    about: "a firewalled host on the Internet, 100 Mbit/s",
    rttMs: 30,
    mbps: 100,
    queue: 80,
    loss: randomLoss(0.05),
    lastPort: ALL_PORTS,
    ports: FILTERED,
  }),
  "internet-noicmp": oneHost({
    about: "two open ports; nothing else answers, ICMP neither",
    rttMs: 60,
    mbps: 8,
    queue: 40,
    loss: randomLoss(0.1),
    lastPort: ALL_PORTS,
    ports: { open: [80, 443], rest: "dropped" },
    host: { echo: false, ack: false },
  }),
  "internet-closed": oneHost({
    about: "a host on the Internet without a firewall, 8 Mbit/s",
    rttMs: 60,
    mbps: 8,
    queue: 50,
    lastPort: ALL_PORTS,
    ports: CLOSED_6,
  }),
  "lossy": oneHost({
    about: "2 % of all packets are lost, whatever one does",
    rttMs: 90,
    mbps: 25,
    queue: 200,
    loss: randomLoss(2),
    lastPort: 10_000,
    ports: LOSSY_PORTS,
  }),
  "lossy-bursts": oneHost({
    about: "2 % of all packets are lost, in bursts",
    rttMs: 90,
    mbps: 25,
    queue: 200,
    loss: { kind: "bursts", share: 0.02, length: 8, badLoss: 0.8 },
    lastPort: 10_000,
    ports: LOSSY_PORTS,
  }),
  "long-fat": oneHost({
    about: "far away, with a fast line and a long queue",
    rttMs: 160,
    mbps: 250,
    queue: 3_000,
    lastPort: ALL_PORTS,
    ports: CLOSED_6,
  }),
  "wifi": oneHost({
    about: "over WiFi, with neighbours, to a host nearby; every port answers",
    rttMs: 6,
    mbps: 20,
    loss: randomLoss(0.05),
    lastPort: ALL_PORTS,
    ports: CLOSED,
    boxes: wifi(WIFI_RATE, { queuePackets: 256, stalls: { every: 2 * SECOND, lasts: 50_000 } }),
  }),
  "dsl-near": oneHost({
    about: "from a home line with a slow way up to a host nearby",
    rttMs: 12,
    mbps: 1,
    backMbps: 16,
    queue: 50,
    lastPort: ALL_PORTS,
    ports: FILTERED,
  }),
  "dsl-far": oneHost({
    about: "from a home line with a slow way up to a host far away",
    rttMs: 150,
    mbps: 1,
    backMbps: 16,
    queue: 50,
    lastPort: ALL_PORTS,
    ports: FILTERED,
  }),
  "policed": oneHost({
    about: "a firewall lets 400 SYNs per second through; every port answers",
    rttMs: 25,
    mbps: 50,
    queue: 200,
    lastPort: 10_000,
    ports: { ...CLOSED, open: [22, 80, 443, 3_306, 8_080] },
    boxes: synPolicer(400, 40),
  }),
  "policed-filtered": oneHost({
    about: "a firewall lets 400 SYNs per second through and drops most; echo is free",
    rttMs: 25,
    mbps: 50,
    queue: 200,
    lastPort: 10_000,
    ports: FILTERED,
    boxes: synPolicer(400, 40),
  }),
  "policed-slow": oneHost({
    about: "a firewall lets 25 SYNs per second through; every port answers",
    rttMs: 25,
    mbps: 50,
    queue: 200,
    lastPort: 10_000,
    ports: { ...CLOSED, open: [22, 80, 443, 3_306, 8_080] },
    boxes: synPolicer(25, 40),
  }),
  "policed-filtered-slow": oneHost({
    about: "a firewall lets 25 SYNs per second through and drops most; echo is free",
    rttMs: 25,
    mbps: 50,
    queue: 200,
    lastPort: 10_000,
    ports: FILTERED,
    boxes: synPolicer(25, 40),
  }),
  "rst-limited": oneHost({
    about: "a host that sends 250 RSTs per second",
    rttMs: 25,
    mbps: 50,
    queue: 200,
    lastPort: 10_000,
    ports: { ...CLOSED, open: [22, 80, 443, 3_306, 8_080] },
    host: { limits: { reset: [{ kind: "token-bucket", rate: 250, burst: 250 }] } },
  }),
  "rst-counter": oneHost({
    about: "a host that sends the first 200 RSTs of each second, as BSD does",
    rttMs: 25,
    mbps: 50,
    queue: 200,
    lastPort: 10_000,
    ports: { ...CLOSED, open: [22, 80, 443, 3_306, 8_080] },
    host: { limits: { reset: [{ kind: "second-counter", limit: 200 }] } },
  }),
  "dropper": oneHost({
    about: "a slow machine: 250 packets per second from a queue of 12",
    rttMs: 20,
    mbps: 50,
    queue: 200,
    lastPort: 5_000,
    ports: LOW_CLOSED,
    boxes: slowService(250, 12),
  }),
  "random-dropper": oneHost({
    about: "a machine that drops 5 % of what comes, at any rate",
    rttMs: 20,
    mbps: 50,
    queue: 200,
    lastPort: 5_000,
    ports: LOW_CLOSED,
    boxes: forgetful(0.05),
  }),
  "changing": oneHost({
    about: "a line of 20 Mbit/s that has 5 for a while, and somebody's download on it",
    rttMs: 50,
    mbps: 20,
    queue: 100,
    lastPort: ALL_PORTS,
    ports: FILTERED,
    boxes: changingLine(20, { mbps: 5, from: 2, until: 6 }),
  }),
  "qos": oneHost({
    about: "a line on which ICMP has a fast queue of its own",
    rttMs: 40,
    mbps: 10,
    lastPort: ALL_PORTS,
    ports: FILTERED,
    boxes: priorities(10, 60),
  }),
  "silent": oneHost({
    ...MIDDLING,
    about: "a host that dies after 4,000 packets",
    ports: MIXED,
    boxes: blocker({ after: 4_000, per: "target" }),
  }),
  "blocked": oneHost({
    ...MIDDLING,
    about: "a watchman lets nothing of the scanner through after 2,500 SYNs",
    ports: MIXED,
    boxes: blocker({ after: 2_500, counts: "syn" }),
  }),
  "returns": oneHost({
    ...MIDDLING,
    about: "a host that leaves for six seconds and returns",
    ports: MIXED,
    host: { away: [{ from: micros(0.5 * SECOND), until: micros(6.5 * SECOND) }] },
  }),
  "late": oneHost({
    ...MIDDLING,
    about: "one answer in five comes 300 to 900 ms late",
    ports: MIXED,
    boxes: late(0.2, 300, 900),
  }),
  "nat-table": oneHost({
    ...MIDDLING,
    about: "the own router remembers 4,096 connections, each for two minutes",
    ports: FILTERED,
    boxes: natTable(4_096, 120),
  }),
  "tarpit": oneHost({
    ...MIDDLING,
    about: "a trap that answers SYN-ACK on every port",
    ports: { rest: "open" },
    host: { backlog: 0, window: 10, mss: 0 },
  }),
  "syn-proxy": oneHost({
    ...MIDDLING,
    about: "a firewall that answers every SYN itself",
    ports: FILTERED,
    boxes: synProxy(),
  }),
  "middlebox": oneHost({
    ...MIDDLING,
    about: "the provider answers for mail and Windows ports, from nearer than the host",
    ports: FILTERED,
    boxes: nearFilter(PROVIDER_PORTS, 4),
  }),
  "hostile": oneHost({
    ...MIDDLING,
    about: "false answers, a flood of them, true ones many times over, bogus ICMP",
    ports: MIXED,
    boxes: liars(
      {
        lies: {
          wrongAck: 0.1,
          wrongPort: 0.1,
          stranger: 0.1,
          blind: 0.1,
          bogusError: 0.1,
          garbage: 0.1,
        },
        flood: { rate: 2_000, lasts: 3 * SECOND },
      },
      { share: 0.02, times: 20, spacing: 1_000 },
    ),
  }),
  "class-c-mix": blocks({
    about: "three /24s, 30 % live, of all kinds; the 1000 most common ports",
    ranges: [block(192, 0, 2), block(198, 51, 100), block(203, 0, 113)],
    ports: topPorts(1_000),
    rttMs: [12, 82],
    mbps: 25,
    queue: 100,
    loss: { kind: "random", probability: 0.0005 },
    live: 0.3,
    kinds: mixedKinds,
  }),
  "class-b-one-port": blocks({
    about: "a /16, 5 % live, asked for one port",
    ranges: [block(198, 18)],
    ports: Uint16Array.of(12_345),
    rttMs: [20, 200],
    mbps: 100,
    queue: 500,
    loss: { kind: "random", probability: 0.0002 },
    live: 0.05,
    kinds: (seed) => [
      { share: 1, profile: { ports: new PortLottery({ open: 0.2, closed: 0.4 }, seed) } },
    ],
  }),
} as const satisfies Record<string, Preset>;

/** Name of a preset. */
export type PresetName = keyof typeof PRESETS;
