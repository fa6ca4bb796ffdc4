import { assertEquals, assertGreaterOrEqual, assertLessOrEqual } from "@std/assert";
import type { Flow } from "engine/flow.ts";
import { Kind } from "engine/kind.ts";
import type { ProbeBatch } from "engine/probe_batch.ts";
import { type Micros, micros, MILLISECOND, SECOND } from "units";
import { ipv4FromNumber } from "wire/address.ts";
import { AddressTable } from "./address_table.ts";
import { Demux } from "./demux.ts";
import { Driver } from "./driver.ts";
import { BATCH_CAPACITY, HEADROOM, type Link, PacketBatch, SLOT_SIZE } from "./link.ts";
import { ReceivedPacket } from "./link.ts";
import { Packer } from "./packer.ts";

const ROUTE = {
  index: 0,
  source: ipv4FromNumber(0xc0000201),
  mtu: 1_500,
  interfaceName: "test0",
  local: false,
  reachable: true,
  onLink: false,
};

/** A link whose kernel takes what the test allows, and whose capture holds what it is told. */
class FakeLink {
  readonly outgoing = new PacketBatch();
  readonly incoming = new ReceivedPacket();
  readonly counters = { sent: 0, received: 0, captureDropped: 0, sendRefused: 0 };
  time = 1_000_000;
  /** Packets that the kernel takes from now on. */
  room = Infinity;
  /** Junk that waits in the capture. */
  waiting = 0;
  /** How long a packet is after the one before, µs: the drain takes so long. */
  pace = 0;
  /** Destination ports of all that has left, in order. */
  readonly sent: number[] = [];

  now(): Micros {
    return micros(this.time);
  }

  send(): number {
    const taken = Math.min(this.room, this.outgoing.count);
    for (let i = 0; i < taken; i++) {
      this.sent.push(this.outgoing.view.getUint16(i * SLOT_SIZE + HEADROOM + 22));
    }
    this.room -= taken;
    return taken;
  }

  receive(): boolean {
    if (this.waiting-- <= 0) return false;
    this.time += this.pace;
    this.incoming.time = this.now();
    return true;
  }
}

/** A flow that notes what is done to it, and wants to send so many probes. */
class FakeFlow {
  readonly space = { firstTarget: 0, targetCount: 1 };
  readonly vitals = { inFlight: 0, minRtt: Infinity };
  readonly calls: string[] = [];
  wanted = 0;
  next = 0;
  due = 0;
  /** When time-outs were judged last. */
  judgedAt = 0;

  constructor(firstTarget = 0) {
    this.space.firstTarget = firstTarget;
  }

  handleTimeout(now: Micros): void {
    this.judgedAt = now;
    this.calls.push("timeout");
  }

  handleStall(length: number): void {
    this.calls.push(`stall ${length}`);
  }

  handleCaptureDrop(): void {
    this.calls.push("capture drop");
  }

  pollTransmit(_now: Micros, batch: ProbeBatch): void {
    while (this.wanted > 0 && batch.count < batch.limit) {
      batch.kind[batch.count] = Kind.SYN;
      batch.target[batch.count] = this.space.firstTarget;
      batch.port[batch.count++] = ++this.next;
      this.wanted--;
    }
  }

  pollTimeout(): Micros {
    return micros(this.due);
  }
}

function setUp(maxRate = Infinity, flows = 1) {
  const link = new FakeLink();
  const table = new AddressTable();
  for (let i = 0; i < flows; i++) table.add(ipv4FromNumber(0xcb007101 + i), ROUTE);
  const packer = new Packer(table);
  const demux = new Demux(table, { first: 61_000, last: 61_079 });
  const driver = new Driver(link as unknown as Link, { packer, demux, maxRate });
  const fakes = Array.from({ length: flows }, (_, i) => new FakeFlow(i));
  for (const fake of fakes) driver.add(fake as unknown as Flow);
  return { link, driver, demux, flow: fakes[0]!, flows: fakes };
}

Deno.test("Driver.step() judges time-outs only after a drain that emptied the capture", () => {
  const { link, driver, demux, flow } = setUp();
  link.waiting = 20_000;
  const deadlines = [driver.step(), driver.step()];
  assertEquals(flow.calls, []);
  assertEquals(deadlines, [link.now(), link.now()]);
  driver.step();
  assertEquals(flow.calls, ["timeout"]);
  assertEquals(demux.counters.truncated, 20_000);
});

Deno.test("Driver.step() is as late as the last packet that came while it drained", () => {
  const { link, driver, flow } = setUp();
  link.waiting = 3;
  link.pace = 7 * MILLISECOND;
  const begun = link.time;
  driver.step();
  assertEquals(flow.judgedAt, begun + 21 * MILLISECOND);
});

Deno.test("Driver.step() sends under a flood", () => {
  const { link, driver, flow } = setUp();
  link.waiting = 1_000_000;
  flow.wanted = 10;
  driver.step();
  assertEquals(link.sent.length, 10);
});

Deno.test("Driver.step() keeps what the kernel refuses, in order, and comes back later", () => {
  const { link, driver, flow } = setUp();
  link.room = 5;
  flow.wanted = 12;
  assertEquals(driver.step(), micros(link.time + 1 * MILLISECOND));
  link.room = 4;
  driver.step();
  link.room = Infinity;
  driver.step();
  assertEquals(link.sent, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

Deno.test("Driver.step() sends several batches, and ends for the sake of the capture", () => {
  const { link, driver, flow } = setUp();
  flow.wanted = 10_000;
  driver.step();
  assertGreaterOrEqual(link.sent.length, BATCH_CAPACITY);
  assertLessOrEqual(link.sent.length, 8 * BATCH_CAPACITY);
});

Deno.test("Driver.step() holds all flows together to the rate", () => {
  const { link, driver, flows } = setUp(2_000, 3);
  for (const flow of flows) flow.wanted = 10_000;
  const start = link.time;
  while (link.time < start + 2 * SECOND) link.time = Math.max(link.time + 100, driver.step());
  assertGreaterOrEqual(link.sent.length, 3_900);
  assertLessOrEqual(link.sent.length, 4_070);
  const shares = flows.map(({ next }) => next);
  assertLessOrEqual(Math.max(...shares) - Math.min(...shares), 400, `${shares}`);
});

Deno.test("Driver.step() tells flows of its own stalls, and of a capture that lost packets", () => {
  const { link, driver, flow } = setUp();
  flow.due = link.time + 5 * MILLISECOND;
  driver.step();
  link.time += 305 * MILLISECOND;
  link.counters.captureDropped = 3;
  driver.step();
  driver.step();
  const stall = `stall ${300 * MILLISECOND}`;
  assertEquals(flow.calls, ["timeout", stall, "capture drop", "timeout", "timeout"]);
});

Deno.test("Driver.remove() forgets a flow", () => {
  const { link, driver, flow } = setUp();
  flow.wanted = 5;
  driver.remove(flow as unknown as Flow);
  assertEquals(driver.step(), Infinity);
  assertEquals([link.sent, flow.calls, driver.flows], [[], [], []]);
});
