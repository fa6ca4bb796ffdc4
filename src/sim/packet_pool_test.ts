import { assertEquals, assertThrows } from "@std/assert";
import { PacketPool } from "./packet_pool.ts";

Deno.test("PacketPool.take() gives memory that no other packet has", () => {
  const pool = new PacketPool();
  const sizes = [40, 1_500, 128, 129, 2_048, 44, 9_000];
  const packets = Array.from({ length: 5_000 }, (_, i) => pool.take(sizes[i % sizes.length]!));
  packets.forEach((packet, i) => {
    pool.bytes(packet).fill(i & 255, pool.at(packet), pool.at(packet) + pool.stored(packet));
  });
  packets.forEach((packet, i) => {
    const bytes = pool.bytes(packet);
    assertEquals(bytes[pool.at(packet)], i & 255);
    assertEquals(bytes[pool.at(packet) + pool.stored(packet) - 1], i & 255);
    assertEquals(pool.stored(packet), Math.min(sizes[i % sizes.length]!, 2_048));
  });
  assertEquals(pool.inUse, packets.length);
});

Deno.test("PacketPool.give() makes the memory available again", () => {
  const pool = new PacketPool();
  const first = pool.take(44);
  pool.give(first);
  assertEquals(pool.take(44), first);
  assertEquals(pool.inUse, 1);
});

Deno.test("PacketPool.give() refuses a packet that was given back", () => {
  const pool = new PacketPool();
  const packet = pool.take(44);
  pool.give(packet);
  assertThrows(() => pool.give(packet), Error, "once");
});

Deno.test("PacketPool.takeCopy() copies bytes and place, and is independent", () => {
  const pool = new PacketPool();
  const packet = pool.take(300);
  pool.bytes(packet).fill(7, pool.at(packet), pool.at(packet) + 300);
  pool.route[packet] = 3;
  pool.step[packet] = 2;
  const copy = pool.takeCopy(packet);
  pool.bytes(packet).fill(9, pool.at(packet), pool.at(packet) + 300);
  assertEquals(pool.bytes(copy)[pool.at(copy) + 299], 7);
  assertEquals([pool.length[copy], pool.route[copy], pool.step[copy]], [300, 3, 2]);
});

Deno.test("PacketPool.takeWith() stores the head of a packet whose length alone matters", () => {
  const pool = new PacketPool();
  const packet = pool.takeWith(1_500, 40);
  assertEquals(pool.length[packet], 1_500);
  assertEquals(pool.stored(packet), 128);
});

Deno.test("PacketPool.store() gives back what load() took, whatever its length", () => {
  const pool = new PacketPool();
  const bytes = new Uint8Array(2_000).map((_, i) => i % 251);
  const from = { bytes, view: new DataView(bytes.buffer) };
  for (const length of [1, 3, 20, 44, 63, 64, 65, 128, 129, 1_500]) {
    const packet = pool.load(from, 7, length);
    const copy = new Uint8Array(2_000);
    pool.store(packet, { bytes: copy, view: new DataView(copy.buffer) }, 9);
    assertEquals(copy.subarray(9, 9 + length), bytes.subarray(7, 7 + length));
    assertEquals(copy[9 + length], 0);
  }
});
