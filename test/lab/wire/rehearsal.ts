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
import { Path } from "sim/path.ts";
import { type Micros, MILLISECOND } from "units";
import { IPV4_LENGTH, Protocol, writeIpv4 } from "wire/ipv4.ts";
import { tcpSegmentLength, writeTcp } from "wire/tcp.ts";
import { Passage } from "./fabric.ts";
import { Lateness } from "./lateness.ts";
import { LinkHeader } from "./link_header.ts";
import { WireEnd } from "./wire_end.ts";
import { WireLoop } from "./wire_loop.ts";

/** Packets that go round each way: a few, so that batches of all sizes occur. */
const CIRCLING = 40;

/** Enough for the compiler to have done its work, and a limit for machines that are busy. */
const PASSES = 60_000;
const TIME_LIMIT = 1_000 * MILLISECOND;

/** Goes round in both directions between the two ends of one cable. */
export function rehearse(cable: readonly NetworkInterface[], clock: Clock): void {
  const network = new Network();
  const shared = { clock, lateness: new Lateness() };
  const [near, far] = cable.map((each) => new WireEnd(each, network.pool, shared));
  const random = new Random(1);
  const way = () => [
    new Path({
      // Neither counts: what is to be practised is the way through them.
      bottleneck: { bitsPerSecond: 100e9, queuePackets: 1_000 },
      loss: { kind: "random", probability: 1e-9 },
    }, random),
  ];
  const passage = new Passage(network, { near: near!, far: far! }, { out: way(), back: way() });
  const loop = new WireLoop(passage, clock, near!.source.descriptor);
  for (const end of [near!, far!]) inject(end, clock.now());
  const limit = clock.now() + TIME_LIMIT;
  loop.run(() => network.moved < 2 * PASSES && clock.now() < limit);
  near!.close();
  far!.close();
}

/** Sends the packets that are to go round out of one end. */
function inject(end: WireEnd, now: Micros): void {
  const packet = new Uint8Array(44);
  const view = new DataView(packet.buffer);
  const tcp = {
    sourcePort: 1,
    destinationPort: 1,
    sequence: 0,
    acknowledgment: 0,
    flags: 0,
    window: 0,
    mss: 1,
    padding: 0,
  };
  const length = IPV4_LENGTH + tcpSegmentLength(tcp);
  const ip = { length, id: 0, ttl: 1, tos: 0, protocol: Protocol.TCP, source: 0, destination: 0 };
  writeIpv4(view, 0, ip);
  writeTcp(view, IPV4_LENGTH, tcp, 0);
  const header = new LinkHeader(end.ownHardware);
  for (let i = 0; i < CIRCLING; i++) end.sink.addBytes(packet, header.words, now);
  end.sink.flush();
}
