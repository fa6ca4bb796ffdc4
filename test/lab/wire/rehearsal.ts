/**
 * Practice before the first real packet: code that has not run yet is ten times slower (10 µs a
 * packet in the first third of a second, measured), and a network is not slow in the beginning. A
 * few thousand packets go round in a circle, out of one end of a cable of our own and in at the
 * other, through the same code and past everybody's eyes.
 */
import type { Clock } from "ffi/clock.ts";
import type { NetworkInterface } from "ffi/interfaces.ts";
import { Random } from "random";
import { Network } from "sim/network.ts";
import type { Node } from "sim/node.ts";
import { Path } from "sim/path.ts";
import { PRESET_SCANNER } from "sim/preset.ts";
import { type Micros, micros, MILLISECOND } from "units";
import { IPV4_LENGTH, Protocol, writeIpv4 } from "wire/ipv4.ts";
import { TcpFlag, tcpSegmentLength, writeTcp } from "wire/tcp.ts";
import { Passage } from "./fabric.ts";
import { Lateness } from "./lateness.ts";
import { LinkHeader } from "./link_header.ts";
import { WireEnd } from "./wire_end.ts";
import { WireLoop } from "./wire_loop.ts";
import { buildPreset, type PresetPlan, type WirePlan } from "./wire_plan.ts";

/**
 * Packets that go round each way, and for how long at most, µs: first so many that queues grow,
 * then so few that the loop has time to sleep in between.
 */
const ROUNDS = [
  { circling: 1_500, limit: 1_000 * MILLISECOND },
  { circling: 10, limit: 150 * MILLISECOND },
] as const;

/** Time for one way: some milliseconds, each time another. */
const DELAY = {
  delay: MILLISECOND,
  jitter: { kind: "exponential", mean: 500, reorder: true },
} as const;

/** Bytes of a SYN with an MSS option. */
const SYN_LENGTH = 44;

/** Between two questions in virtual time, µs. */
const SPACING = 50;

/** Enough for the compiler to have done its work, and a limit for machines that are busy. */
const PASSES = 30_000;
const TIME_LIMIT = 1_000 * MILLISECOND;

/** Practises on a cable of our own, and on a network that is like the one to be played. */
export function rehearse(
  plan: WirePlan,
  cable: readonly NetworkInterface[],
  clock: Clock,
): void {
  if (plan.kind === "preset") rehearsePreset(plan, clock);
  for (const round of ROUNDS) goRound(cable, clock, round);
}

/** Questions to a preset's targets, in virtual time. What is answered goes nowhere. */
function rehearsePreset(plan: PresetPlan, clock: Clock): void {
  const network = new Network();
  const end: Node = { accept: (packet, _now, site) => site.drop(packet), wake() {} };
  const { targets: { v4 }, ports } = buildPreset(network, end, plan);
  const limit = clock.now() + TIME_LIMIT;
  for (let i = 0; i < PASSES && clock.now() < limit; i++) {
    const now = micros(i * SPACING);
    network.advance(now);
    const packet = network.pool.take(SYN_LENGTH);
    const address = v4.at(i % v4.size);
    const port = ports[Math.floor(i / v4.size) % ports.length]!;
    writeSyn(network.pool.view(packet), network.pool.at(packet), { address, port });
    network.send(packet, now);
  }
}

/** Goes round in both directions between the two ends of one cable. */
function goRound(
  cable: readonly NetworkInterface[],
  clock: Clock,
  { circling, limit }: { circling: number; limit: number },
): void {
  const network = new Network();
  const shared = { clock, lateness: new Lateness() };
  const [near, far] = cable.map((each) => new WireEnd(each, network.pool, shared));
  const random = new Random(1);
  const way = () => [
    new Path({
      // Neither counts: what is to be practised is the way through them.
      bottleneck: { bitsPerSecond: 100e9, queuePackets: 10_000 },
      loss: { kind: "random", probability: 1e-9 },
      ...DELAY,
    }, random),
  ];
  const passage = new Passage(network, { near: near!, far: far! }, { out: way(), back: way() });
  const loop = new WireLoop(passage, clock, near!.source.descriptor);
  for (const end of [near!, far!]) inject(end, circling, clock.now());
  const end = clock.now() + limit;
  loop.run(() => network.moved < 4 * PASSES && clock.now() < end);
  near!.close();
  far!.close();
}

/** Sends the packets that are to go round out of one end. */
function inject(end: WireEnd, count: number, now: Micros): void {
  const packet = new Uint8Array(SYN_LENGTH);
  writeSyn(new DataView(packet.buffer), 0, { address: 0, port: 0 });
  const header = new LinkHeader(end.ownHardware);
  for (let i = 0; i < count; i++) end.sink.addBytes(packet, header.words, now);
  end.sink.flush();
}

/** Writes a SYN from the scanner. */
function writeSyn(view: DataView, at: number, to: { address: number; port: number }): void {
  const tcp = {
    sourcePort: 1,
    destinationPort: to.port,
    sequence: 0,
    acknowledgment: 0,
    flags: TcpFlag.SYN,
    window: 0,
    mss: 1_460,
    padding: 0,
  };
  const length = IPV4_LENGTH + tcpSegmentLength(tcp);
  const source = PRESET_SCANNER;
  const destination = to.address;
  const protocol = Protocol.TCP;
  writeIpv4(view, at, { length, id: 0, ttl: 64, tos: 0, protocol, source, destination });
  writeTcp(view, at + IPV4_LENGTH, tcp, at);
}
