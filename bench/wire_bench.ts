/**
 * What a packet costs between the engine and the link: stamping probes from templates, reading
 * answers, building answers in the simulator. Each iteration handles 64 packets, one batch.
 * Run with `deno bench bench/wire_bench.ts`.
 */
import { Kind } from "engine/kind.ts";
import { ProbeBatch } from "engine/probe_batch.ts";
import { Reply } from "engine/reply.ts";
import { Random } from "random";
import { AddressTable } from "scan/address_table.ts";
import { Demux } from "scan/demux.ts";
import { BATCH_CAPACITY, HEADROOM, PacketBatch, ReceivedPacket, type Route } from "scan/link.ts";
import { Packer } from "scan/packer.ts";
import { ipv4FromNumber } from "wire/address.ts";
import { AnswerBuilder } from "wire/build.ts";
import { sumWords } from "wire/checksum.ts";
import { IcmpType } from "wire/icmp.ts";

const US = 0xc0000201; // 192.0.2.1
const THEM = 0xcb007100; // 203.0.113.0
const FIRST_PORT = 45_000;
const TARGETS = 64;
const SEED = 1;

const random = new Random(SEED);
const table = new AddressTable();
const packer = new Packer(table);
const packets = new PacketBatch();
const demux = new Demux(table, { first: FIRST_PORT, last: FIRST_PORT + 79 });
const reply = new Reply();
const builder = new AnswerBuilder();
const scratch = new ReceivedPacket();

const ROUTE: Route = {
  index: 1,
  source: ipv4FromNumber(US),
  mtu: 1_500,
  interfaceName: "bench0",
  local: false,
  reachable: true,
  onLink: false,
};

for (let i = 0; i < TARGETS; i++) table.add(ipv4FromNumber(THEM + i), ROUTE);

function fill(kindOf: (slot: number) => Kind): ProbeBatch {
  const probes = new ProbeBatch(BATCH_CAPACITY);
  probes.count = BATCH_CAPACITY;
  for (let slot = 0; slot < BATCH_CAPACITY; slot++) {
    const kind = kindOf(slot);
    const hasPorts = kind === Kind.SYN || kind === Kind.ACK || kind === Kind.UDP;
    probes.kind[slot] = kind;
    probes.target[slot] = random.below(TARGETS);
    probes.port[slot] = hasPorts ? random.below(65_536) : 0;
    probes.localPort[slot] = hasPorts ? FIRST_PORT + random.below(80) : 0;
    probes.token[slot] = random.uint32();
  }
  return probes;
}

/** Each probe of a batch, as its target receives it. */
function received(probes: ProbeBatch): ReceivedPacket[] {
  packets.count = 0;
  packer.pack(probes, packets);
  return Array.from({ length: BATCH_CAPACITY }, (_, slot) => {
    const packet = new ReceivedPacket();
    const from = slot * (packets.bytes.length / BATCH_CAPACITY) + HEADROOM;
    packet.length = packets.lengths[slot]!;
    packet.bytes.set(packets.bytes.subarray(from, from + packet.length));
    return packet;
  });
}

function answers(
  probes: ProbeBatch,
  write: (query: ReceivedPacket, answer: ReceivedPacket) => void,
): ReceivedPacket[] {
  return received(probes).map((query) => {
    const answer = new ReceivedPacket();
    write(query, answer);
    return answer;
  });
}

const syns = fill(() => Kind.SYN);
const mixed = fill((slot) => (slot % 10 === 9 ? Kind.ECHO : slot % 20 === 8 ? Kind.ACK : Kind.SYN));
const echoes = fill(() => Kind.ECHO);
const synPackets = received(syns);
const synAcks = answers(syns, (query, answer) => builder.writeSynAck(query, answer, 1));
const resets = answers(syns, (query, answer) => builder.writeReset(query, answer));
const echoReplies = answers(echoes, (query, answer) => builder.writeEchoReply(query, answer));
const ERROR = { type: IcmpType.UNREACHABLE, code: 13, from: 0, quote: Infinity };
const errors = answers(syns, (query, answer) => builder.writeError(query, answer, ERROR));
const strangers = answers(syns, (query, answer) => {
  builder.writeReset(query, answer);
  answer.view.setUint32(12, 0xc6336401);
});

function pack(probes: ProbeBatch): void {
  packets.count = 0;
  packer.pack(probes, packets);
}

function parse(received: ReceivedPacket[]): void {
  for (let i = 0; i < received.length; i++) demux.parse(received[i]!, reply);
}

Deno.bench("64 SYNs", { group: "pack", baseline: true }, () => pack(syns));
Deno.bench("64 SYN, echo, ACK", { group: "pack" }, () => pack(mixed));
Deno.bench("64 echoes", { group: "pack" }, () => pack(echoes));

Deno.bench("64 SYN-ACKs", { group: "parse", baseline: true }, () => parse(synAcks));
Deno.bench("64 RSTs", { group: "parse" }, () => parse(resets));
Deno.bench("64 echo replies", { group: "parse" }, () => parse(echoReplies));
Deno.bench("64 unreachables", { group: "parse" }, () => parse(errors));
Deno.bench("64 strangers' packets", { group: "parse" }, () => parse(strangers));

Deno.bench("64 SYN-ACKs built", { group: "build", baseline: true }, () => {
  for (let i = 0; i < 64; i++) builder.writeSynAck(synPackets[i]!, scratch, i);
});
Deno.bench("64 RSTs built", { group: "build" }, () => {
  for (let i = 0; i < 64; i++) builder.writeReset(synPackets[i]!, scratch);
});
Deno.bench("64 unreachables built", { group: "build" }, () => {
  for (let i = 0; i < 64; i++) builder.writeError(synPackets[i]!, scratch, ERROR);
});

let total = 0;
Deno.bench("64 sums of 44 bytes", { group: "checksum" }, () => {
  for (let i = 0; i < 64; i++) total += sumWords(synPackets[i]!.view, 0, 44);
  if (total > 2 ** 52) total = 0;
});
