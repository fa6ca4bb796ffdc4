import { assertEquals, assertThrows } from "@std/assert";
import { NO_PACKET } from "./packet_pool.ts";
import { PacketQueue } from "./packet_queue.ts";

Deno.test("PacketQueue.shift() gives packets in the order of push(), across growth", () => {
  const queue = new PacketQueue(1_000);
  let put = 0;
  let got = 0;
  for (let round = 0; round < 300; round++) {
    for (let i = 0; i < 5; i++) assertEquals(queue.push(put++), true);
    for (let i = 0; i < 2; i++) assertEquals(queue.shift(), got++);
    assertEquals(queue.peek(0), got);
    assertEquals(queue.peek(queue.size - 1), put - 1);
  }
  while (queue.size > 0) assertEquals(queue.shift(), got++);
  assertEquals([got, queue.shift()], [put, NO_PACKET]);
});

Deno.test("PacketQueue.push() refuses what goes beyond the limit", () => {
  const queue = new PacketQueue(3);
  assertEquals([1, 2, 3, 4, 5].map((packet) => queue.push(packet)), [
    true,
    true,
    true,
    false,
    false,
  ]);
  assertThrows(() => queue.peek(3), Error, "Nobody waits");
  queue.shift();
  assertEquals(queue.push(6), true);
});
