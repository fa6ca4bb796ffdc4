/**
 * Random networks of everything that a network can be made of, with packets that make sense and
 * packets that make none: nothing throws, time goes on, and no packet is lost from the books.
 */
import { assertEquals, assertGreater } from "@std/assert";
import { Random } from "random";
import { Blocker } from "sim/blocker.ts";
import type { HostProfile } from "sim/host.ts";
import { HostGroup } from "sim/host_group.ts";
import { LastRouter } from "sim/last_router.ts";
import { Liar } from "sim/liar.ts";
import { Middlebox } from "sim/middlebox.ts";
import { Nat } from "sim/nat.ts";
import type { Network } from "sim/network.ts";
import type { Node } from "sim/node.ts";
import { Path } from "sim/path.ts";
import { scheduleChanges } from "sim/path_changes.ts";
import { Policer } from "sim/policer.ts";
import { PortLottery } from "sim/port_policy.ts";
import { PriorityLink } from "sim/priority_link.ts";
import { Radio } from "sim/radio.ts";
import { Repeater } from "sim/repeater.ts";
import { BSD_LIMITS, LINUX_LIMITS, SOLARIS_LIMITS } from "sim/reply_limits.ts";
import { ScannerEnd } from "sim/scanner_end.ts";
import { SourceQuencher } from "sim/source_quencher.ts";
import { Straggler } from "sim/straggler.ts";
import { TcpDownload } from "sim/tcp_download.ts";
import { micros, SECOND } from "units";
import { Lane, LANE_ADDRESS } from "../support/sim_lane.ts";

/** Networks; seeds 1 to this one. */
const SEEDS = 60;

/** Packets sent into each. */
const PACKETS = 1_500;

/** Time in which they are sent, µs. */
const DURATION = 5 * SECOND;

const ROUTER = 0xc00002fe;

interface World {
  readonly network: Network;
  readonly random: Random;
  /** Nodes on the way out and on the way back, so far. */
  readonly out: Node[];
  readonly back: Node[];
}

function makePath(random: Random): Path {
  const share = random.unit() * 0.2;
  return new Path({
    delay: random.below(3) * random.below(50_000),
    hops: random.below(20),
    ...(random.chance(0.5)
      ? { jitter: { kind: "exponential", mean: 2_000, reorder: random.chance(0.5) } }
      : {}),
    ...(random.chance(0.7)
      ? {
        bottleneck: {
          bitsPerSecond: 1e5 * 10 ** (3 * random.unit()),
          queuePackets: random.below(100),
          ...(random.chance(0.5) ? { codel: {} } : {}),
        },
      }
      : {}),
    loss: random.chance(0.5)
      ? { kind: "fades", share, duration: 10_000, badLoss: 0.9 }
      : { kind: "bursts", share, length: 5, badLoss: 0.7 },
    duplicate: random.unit() * 0.1,
    corrupt: random.unit() * 0.2,
  }, random.fork());
}

/** Adds one kind of part to the ways out and back. */
const PARTS: readonly ((world: World) => void)[] = [
  ({ out, back, random }) => {
    out.push(makePath(random));
    back.unshift(makePath(random));
  },
  ({ out, network, random }) => {
    const path = makePath(random);
    scheduleChanges(network, path, [
      { at: micros(DURATION / 3), delay: 90_000, loss: { kind: "random", probability: 0.5 } },
      { at: micros(DURATION / 2), delay: 0, loss: { kind: "random", probability: 0 } },
    ]);
    out.push(path);
  },
  ({ out, back, random }) => {
    const stalls = { every: 400_000, lasts: 50_000 };
    const neighbours = { load: random.unit(), turn: 1_500 };
    const radio = new Radio({ queuePackets: 50, neighbours, stalls }, random.fork());
    out.push(radio.out);
    back.unshift(radio.back);
  },
  ({ out, back, random }) => {
    const nat = new Nat({ entries: 1 + random.below(500), timeout: 1e6, closedTimeout: 2e5 });
    out.push(nat.outward);
    back.unshift(nat.inward);
  },
  ({ out, random }) => {
    const limit = { kind: "token-bucket", rate: 200, burst: 20 } as const;
    out.push(new Policer({ limit, class: random.chance(0.5) ? "all" : "syn" }));
  },
  ({ out, back }) => {
    const classes = [{ class: "icmp", queuePackets: 20 }, {
      class: "all",
      queuePackets: 20,
    }] as const;
    out.push(new PriorityLink({ bitsPerSecond: 3e5, classes }));
    back.unshift(new PriorityLink({ bitsPerSecond: 1e6, classes }));
  },
  ({ out, random }) => {
    const answer = (["syn-ack", "rst", "prohibited"] as const)[random.below(3)]!;
    const ports = random.chance(0.2) ? "all" : [25, 80, 443, ...range(1_000, 30_000)];
    out.push(new Middlebox({ ports, answer, address: ROUTER }));
  },
  ({ out, random }) => {
    const after = random.below(PACKETS);
    out.push(new Blocker({ after, lasts: 1e6, per: random.chance(0.5) ? "source" : "target" }));
  },
  ({ out, back, random }) => {
    const lies = {
      wrongAck: 0.2,
      wrongPort: 0.2,
      stranger: 0.2,
      blind: 0.2,
      bogusError: 0.5,
      garbage: 0.9,
    };
    out.push(new Liar({ lies, flood: { rate: 500, lasts: 1e6 } }, random.fork()));
    back.unshift(new Repeater({ share: 0.1, times: 5, spacing: 3_000 }, random.fork()));
    back.unshift(new Straggler({ share: 0.1, from: 3e5, until: 9e5 }, random.fork()));
  },
  ({ out, random }) => {
    const path = new Path(
      { bottleneck: { packetsPerSecond: 250, queuePackets: 12 } },
      random.fork(),
    );
    const { bottleneck } = path;
    const quencher = { bottleneck: bottleneck!, above: 3, every: 2, address: ROUTER };
    out.push(new SourceQuencher(quencher), path);
  },
  ({ out, back, network, random }) => {
    const bottleneck = { bitsPerSecond: 5e6, queuePackets: 30, codel: {} };
    const access = new Path({ delay: 5_000, bottleneck }, random.fork());
    const download = new TcpDownload({ ecn: true });
    download.connect(network, { data: [access, ...back], acks: [...out] });
    download.start(micros(0));
    download.stop(micros(DURATION));
  },
];

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** Hosts at half of the addresses, of all kinds. */
function makeCensus(random: Random): (address: number) => HostProfile | undefined {
  const limits = [{}, LINUX_LIMITS, BSD_LIMITS, SOLARIS_LIMITS];
  const ports = new PortLottery({ open: 0.3, closed: 0.5 }, random.uint32());
  const profiles = range(0, 7).map((i): HostProfile => ({
    ports,
    limits: limits[i & 3]!,
    udp: random.chance(0.5),
    timestamp: random.chance(0.5),
    mask: random.chance(0.5),
    ack: random.chance(0.5),
    backlog: random.below(5),
    away: [{ from: micros(DURATION / 4), until: micros(DURATION / 3) }],
  }));
  return (address) => (address & 1) === 0 ? profiles[(address >>> 1) & 7] : undefined;
}

/** A packet with bytes that mean anything or nothing, on the way out. */
function launchGarbage(network: Network, route: number, random: Random): void {
  const { pool } = network;
  const packet = pool.take(20 + random.below(random.chance(0.1) ? 1_480 : 80));
  const view = pool.view(packet);
  const at = pool.at(packet);
  for (let i = 0; i < pool.stored(packet); i++) view.setUint8(at + i, random.below(256));
  if (random.chance(0.7)) view.setUint8(at, 0x45);
  if (random.chance(0.7)) view.setUint16(at + 2, pool.length[packet]!);
  if (random.chance(0.7)) view.setUint8(at + 9, [1, 6, 17][random.below(3)]!);
  network.launch(packet, route, network.now);
}

/** Sends everything and waits until nothing happens any more; returns what came back. */
function run(seed: number): number {
  const random = new Random(seed);
  const lane = new Lane([]);
  const { network } = lane;
  const world: World = { network, random, out: [], back: [] };
  for (let i = 1 + random.below(5); i > 0; i--) PARTS[random.below(PARTS.length)]!(world);
  const census = makeCensus(random);
  if (random.chance(0.5)) {
    world.out.push(new LastRouter({ census, address: ROUTER }, random.fork()));
  }
  const end = new ScannerEnd(network, random.chance(0.5));
  const out = [...world.out, new HostGroup(census, seed)];
  const back = [...world.back, lane.near];
  network.attach({
    range: { first: LANE_ADDRESS + 256, last: LANE_ADDRESS + 511 },
    out,
    back: random.chance(0.5) ? back : [...world.back, end],
  });
  const route = network.addRoute(out, network.addRoute([...world.back, end]));
  for (let i = 0; i < PACKETS; i++) {
    const at = random.below(DURATION);
    if (random.chance(0.2)) {
      network.schedule(micros(at), () => launchGarbage(network, route, random));
      continue;
    }
    lane.send({
      kind: random.chance(0.2) ? "echo" : "tcp",
      address: LANE_ADDRESS + 256 + random.below(32),
      port: random.chance(0.3) ? 80 : random.below(65_536),
      localPort: 61_000 + random.below(80),
      sequence: random.uint32(),
      flags: random.chance(0.7) ? 2 : random.below(256),
      tos: random.below(4),
      ttl: random.chance(0.9) ? 64 : random.below(10),
      length: random.chance(0.1) ? 1_400 : 40,
    }, at);
  }
  network.advance(micros(1_000 * SECOND));
  assertEquals([network.pool.inUse, network.pending], [0, 0], `seed ${seed}`);
  assertGreater(network.moved, PACKETS / 2, `seed ${seed}`);
  return lane.near.arrived.length;
}

Deno.test("random networks keep their books, whatever is sent into them", () => {
  let answers = 0;
  for (let seed = 1; seed <= SEEDS; seed++) answers += run(seed);
  assertGreater(answers, SEEDS * 20);
});
