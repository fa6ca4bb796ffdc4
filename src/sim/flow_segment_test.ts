import { assertEquals } from "@std/assert";
import {
  ackedSegment,
  dataSegment,
  echoesMark,
  FlowSegments,
  MAX_BLOCKS,
  readBlocks,
  SEGMENT_DATA,
} from "./flow_segment.ts";
import { PacketPool } from "./packet_pool.ts";

/** The last segment whose sequence numbers have not wrapped. */
const WRAP = Math.floor(2 ** 32 / SEGMENT_DATA);

function makeSegments(): FlowSegments {
  const addresses = { server: 0xcb007150, serverPort: 443, client: 0xc6336402, clientPort: 50_000 };
  return new FlowSegments(addresses, true);
}

Deno.test("dataSegment() reads the number that was written, also after many wraps", () => {
  const pool = new PacketPool();
  const segments = makeSegments();
  for (const segment of [0, 1, WRAP - 1, WRAP, WRAP + 1, 40 * WRAP + 17, 1e9]) {
    const packet = segments.writeData(pool, segment);
    assertEquals([pool.length[packet], pool.stored(packet)], [1_500, 128]);
    for (const near of [segment, Math.max(0, segment - 8_000), segment + 8_000]) {
      assertEquals(dataSegment(pool, packet, near), segment);
    }
    pool.give(packet);
  }
});

Deno.test("readBlocks() reads the blocks that were written, around a wrap too", () => {
  const pool = new PacketPool();
  const segments = makeSegments();
  const to = { blocks: new Float64Array(2 * MAX_BLOCKS), near: 0 };
  for (const next of [5, WRAP - 10, WRAP]) {
    const blocks = [next + 2, next + 4, next + 7, next + 1_000, next + 1_002, next + 1_003];
    for (let count = 0; count <= MAX_BLOCKS; count++) {
      const packet = segments.writeAck(pool, next, { blocks, count, echoes: count === 2 });
      to.near = ackedSegment(pool, packet, next - 3);
      assertEquals(to.near, next);
      assertEquals(readBlocks(pool, packet, to), count);
      assertEquals([...to.blocks.subarray(0, 2 * count)], blocks.slice(0, 2 * count));
      assertEquals(echoesMark(pool, packet), count === 2);
      assertEquals(pool.length[packet], 40 + (count > 0 ? 4 + 8 * count : 0));
      pool.give(packet);
    }
  }
});
