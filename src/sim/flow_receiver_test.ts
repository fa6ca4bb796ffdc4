import { assertEquals } from "@std/assert";
import { micros, MILLISECOND } from "units";
import { FlowReceiver } from "./flow_receiver.ts";
import {
  ackedSegment,
  echoesMark,
  FlowSegments,
  readBlocks,
  SEGMENT_DATA,
} from "./flow_segment.ts";
import { Network } from "./network.ts";
import type { Site } from "./node.ts";

/** An acknowledgment as it arrives: time in ms, the segment waited for, blocks. */
interface Seen {
  readonly ms: number;
  readonly next: number;
  readonly blocks: number[];
  readonly echoes: boolean;
}

/** Lets segments arrive at a receiver, `[segment, ms]` each, marked if so. */
function receive(
  arrivals: readonly (readonly [segment: number, ms: number, marked?: boolean])[],
): { seen: Seen[]; receiver: FlowReceiver } {
  const addresses = { server: 1, serverPort: 2, client: 3, clientPort: 4 };
  const segments = new FlowSegments(addresses, true);
  const receiver = new FlowReceiver(segments);
  const network = new Network();
  const { pool } = network;
  const seen: Seen[] = [];
  const taker = {
    accept(packet: number, now: number, site: Site) {
      const to = { blocks: new Float64Array(6), near: ackedSegment(pool, packet, 0) };
      const count = readBlocks(pool, packet, to);
      const blocks = [...to.blocks.subarray(0, 2 * count)];
      seen.push({ ms: now / 1e3, next: to.near, blocks, echoes: echoesMark(pool, packet) });
      site.drop(packet);
    },
    wake() {},
  };
  receiver.connect(network.addRoute([taker]));
  const route = network.addRoute([receiver]);
  for (const [segment, ms, marked = false] of arrivals) {
    network.schedule(micros(ms * MILLISECOND), (now) => {
      const packet = segments.writeData(pool, segment);
      if (marked) pool.view(packet).setUint8(pool.at(packet) + 1, 0x03);
      network.launch(packet, route, now);
    });
  }
  network.advance(micros(1e9));
  assertEquals(pool.inUse, 0);
  return { seen, receiver };
}

Deno.test("FlowReceiver acknowledges every second segment, a single one after 40 ms", () => {
  const { seen } = receive([[0, 0], [1, 1], [2, 2], [3, 100], [4, 101]]);
  assertEquals(seen.map(({ ms, next }) => [ms, next]), [[1.02, 2], [42.02, 3], [101.02, 5]]);
});

Deno.test("FlowReceiver tells at once what is out of order, the newest block first", () => {
  const { seen, receiver } = receive([[0, 0], [2, 1], [4, 2], [3, 3], [7, 4], [9, 5], [1, 6]]);
  assertEquals(seen.map(({ next, blocks }) => [next, ...blocks]), [
    [1, 2, 3],
    [1, 4, 5, 2, 3],
    [1, 2, 5],
    [1, 7, 8, 2, 5],
    [1, 9, 10, 7, 8, 2, 5],
    [5, 9, 10, 7, 8],
  ]);
  assertEquals(receiver.goodput, 5 * SEGMENT_DATA);
});

Deno.test("FlowReceiver counts what came twice, and acknowledges it at once", () => {
  const { seen, receiver } = receive([[0, 0], [0, 1], [2, 2], [2, 3]]);
  assertEquals(receiver.duplicates, 2);
  assertEquals(seen.map(({ ms }) => Math.floor(ms)), [1, 2, 3]);
});

Deno.test("FlowReceiver echoes a congestion mark once", () => {
  const { seen } = receive([[0, 0], [1, 1, true], [2, 2], [3, 3]]);
  assertEquals(seen.map(({ echoes }) => echoes), [true, false]);
});
