/**
 * How fast the simulator is: whole scans in virtual time, with the real runner, driver and engine,
 * on one core. Counted are the packets of the scan, sent and received; what the network does with
 * them in between (and other people's packets) comes for free. `deno task bench sim` starts it; the
 * measuring child runs under `--trace-gc`, so that collections are counted as well, and its time is
 * that of the processor, so that other programs on the machine do not count. It is to make at least
 * 300,000 packets a second, so that plans of whole class Bs can be simulated.
 */
// deno-lint-ignore-file no-console -- a program: its output is its purpose
import { cpuUsage } from "node:process";
import { Random } from "random";
import { HEADROOM, type PacketBatch, SLOT_SIZE } from "scan/link.ts";
import { TargetSet } from "scan/target_set.ts";
import { HostGroup } from "sim/host_group.ts";
import { Nat } from "sim/nat.ts";
import { Path } from "sim/path.ts";
import { PortTable, stateOf } from "sim/port_policy.ts";
import { makePresetNetwork } from "sim/preset_network.ts";
import type { PresetName } from "sim/presets.ts";
import { Radio } from "sim/radio.ts";
import { HOST_ADDRESS, SCANNER_ADDRESS } from "sim/scenario.ts";
import { ScannerEnd } from "sim/scanner_end.ts";
import { SimLink } from "sim/sim_link.ts";
import { simScan, type VirtualNetwork } from "sim/sim_scan.ts";
import { Simulator } from "sim/simulator.ts";
import { TcpDownload } from "sim/tcp_download.ts";
import { micros } from "units";
import { ipv4ToNumber } from "wire/address.ts";
import { IPV4_LENGTH, Protocol, writeIpv4 } from "wire/ipv4.ts";
import { TcpFlag, writeTcp } from "wire/tcp.ts";

/** Presets that are measured: every part of the network that costs time is in one of them. */
const NAMES: readonly PresetName[] = [
  "lan-closed",
  "lan-filtered",
  "internet-filtered-100",
  "lossy",
  "qos",
  "hostile",
  "class-c-mix",
  "class-b-one-port",
];

/** A /16 asked for one port by a sender that keeps no state: the simulator and nothing else. */
const BLIND = "class-b-one-port, blind";

/** The name of the network that is made here. */
const CROWDED = "crowded";

const ROWS: readonly string[] = [...NAMES, CROWDED, BLIND];

/** SYNs that the blind sender sends at a time, and the time that its 100 Mbit/s need for them. */
const BATCH = 50;
const BATCH_TIME = 340;

/** Argument of the child that measures. */
const MEASURE = "measure";

/** Scans of each network: the first ones warm up, the median counts. */
const ROUNDS = 5;

/** One scan. */
interface Figure {
  network: string;
  packets: number;
  /** Packets that reached a node of the network. */
  moved: number;
  /** Since the start of the process, ms: the clock of `--trace-gc` too. */
  begin: number;
  end: number;
  /** Time of the processor, s. */
  seconds: number;
}

/** A network and what to scan in it. */
type Scannable = VirtualNetwork & { readonly targets: TargetSet; readonly ports: Uint16Array };

/** A radio hop, a state table and a download beside the scan: the costliest parts at once. */
function makeCrowded(): Scannable {
  const random = new Random(1);
  const simulator = new Simulator();
  const { network } = simulator;
  const end = new ScannerEnd(network, true);
  const radio = new Radio({ neighbours: { load: 0.2, turn: 1_000 } }, random.fork());
  const nat = new Nat({ entries: 65_536, closedTimeout: 1e6 });
  const way = { delay: 10_000, hops: 12, bottleneck: { bitsPerSecond: 50e6, queuePackets: 200 } };
  const out = new Path(way, random.fork());
  const back = new Path(way, random.fork());
  const ports = new PortTable({ rest: "closed", open: [22, 80, 443] });
  const group = new HostGroup((address) => address === HOST_ADDRESS ? { ports } : undefined, 1);
  const range = { first: HOST_ADDRESS, last: HOST_ADDRESS };
  network.attach({
    range,
    out: [radio.out, nat.outward, out, group],
    back: [back, nat.inward, radio.back, end],
  });
  const download = new TcpDownload();
  download.connect(network, { data: [back, radio.back], acks: [radio.out, out] });
  download.start(micros(0));
  return {
    simulator,
    end,
    scanner: SCANNER_ADDRESS,
    truth: { isUp: () => true, stateOf: (_, port) => stateOf(ports.ruleOf(HOST_ADDRESS, port)) },
    overflowed: () => out.counters.overflowed + back.counters.overflowed,
    targets: TargetSet.ofRanges([range]),
    ports: Uint16Array.from({ length: 20_000 }, (_, i) => i + 1),
  };
}

/** One SYN to each address of a /16, as fast as its bottleneck lets through. */
function askBlindly(): Figure {
  const preset = makePresetNetwork("class-b-one-port", 1);
  const { simulator, end: node, scanner, targets } = preset;
  const link = new SimLink(simulator, node, { address: scanner });
  const { outgoing } = link;
  const begin = performance.now();
  const used = cpuUsage();
  for (let place = 0; place < targets.size; place++) {
    writeSyn(outgoing, scanner, ipv4ToNumber(targets.at(place).address));
    if (outgoing.count < BATCH) continue;
    link.send();
    outgoing.count = 0;
    link.wait(micros(link.now() + BATCH_TIME));
    while (link.receive());
  }
  const seconds = cpuUsage(used).user / 1e6;
  const end = performance.now();
  const { sent, received } = link.counters;
  const { moved } = simulator.network;
  return { network: BLIND, packets: sent + received, moved, begin, end, seconds };
}

function writeSyn(outgoing: PacketBatch, source: number, destination: number): void {
  const at = outgoing.count * SLOT_SIZE + HEADROOM;
  const ip = { length: 44, id: 0, ttl: 64, tos: 0, protocol: Protocol.TCP, source, destination };
  writeIpv4(outgoing.view, at, ip);
  writeTcp(outgoing.view, at + IPV4_LENGTH, {
    sourcePort: 61_000,
    destinationPort: 12_345,
    sequence: destination,
    acknowledgment: 0,
    flags: TcpFlag.SYN,
    window: 64_240,
    mss: 1_460,
    padding: 0,
  }, at);
  outgoing.lengths[outgoing.count++] = 44;
}

function scanOnce(name: string): Figure {
  if (name === BLIND) return askBlindly();
  const network: Scannable = name === CROWDED
    ? makeCrowded()
    : makePresetNetwork(name as PresetName, 1);
  let packets = 0;
  const begin = performance.now();
  const used = cpuUsage();
  const { events } = simScan(network, {
    targets: network.targets,
    ports: network.ports,
    samples: false,
  });
  const seconds = cpuUsage(used).user / 1e6;
  const end = performance.now();
  const last = events.at(-1)!;
  if (last.type === "end") packets = last.packetsSent + last.packetsReceived;
  return { network: name, packets, moved: network.simulator.network.moved, begin, end, seconds };
}

/** The child's part. */
function measure(): void {
  for (const name of ROWS) {
    for (let round = 0; round < ROUNDS; round++) console.log(JSON.stringify(scanOnce(name)));
  }
}

/** Starts the child and sets its results beside the collections that V8 reports. */
async function main(): Promise<void> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--v8-flags=--trace-gc", import.meta.filename!, MEASURE],
    stderr: "inherit",
  }).output();
  const text = new TextDecoder().decode(stdout);
  const collections = [...text.matchAll(/\] +(\d+) ms: (Scavenge|Mark-Compact)/g)]
    .map((match) => Number(match[1]));
  const figures = [...text.matchAll(/\{"network".*?\}/g)]
    .map(([line]) => JSON.parse(line) as Figure);
  const rows = ROWS.map((name) =>
    summarize(figures.filter(({ network }) => network === name), collections)
  );
  if (Deno.args.includes("--json")) return console.log(JSON.stringify(rows));
  console.log("network                   packets   packets/s   visits/s   collections");
  for (const row of rows) {
    console.log(
      row.network.padEnd(24) + String(row.packets).padStart(9) + String(row.rate).padStart(12) +
        String(row.visits).padStart(11) + String(row.collections).padStart(14),
    );
  }
}

/** The scan of median time, and the collections that fell into it. */
function summarize(figures: Figure[], collections: readonly number[]) {
  const sorted = figures.toSorted((a, b) => a.seconds - b.seconds);
  const { network, packets, moved, begin, end, seconds } = sorted[sorted.length >> 1]!;
  return {
    network,
    packets,
    rate: Math.round(packets / seconds),
    visits: Math.round(moved / seconds),
    collections: collections.filter((time) => time > begin && time < end).length,
  };
}

if (import.meta.main) {
  if (Deno.args[0] === MEASURE) measure();
  else await main();
}
