import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { micros, NEVER } from "units";
import { EventQueue } from "./event_queue.ts";

Deno.test("EventQueue.pop() gives events by time, then by insertion", () => {
  fc.assert(fc.property(fc.array(fc.nat(20), { maxLength: 3_000 }), (times) => {
    const queue = new EventQueue();
    times.forEach((time, i) => queue.push(micros(time), i, -i));
    const order = times.map((time, i) => ({ time, i })).sort((a, b) =>
      a.time - b.time || a.i - b.i
    );
    for (const { time, i } of order) {
      assertEquals(queue.nextTime, time);
      assertEquals(queue.pop(), true);
      assertEquals([queue.time, queue.node, queue.value], [time, i, -i]);
    }
    assertEquals(queue.pop(), false);
    assertEquals(queue.nextTime, NEVER);
  }));
});

Deno.test("EventQueue.push() keeps the order while events are taken", () => {
  const queue = new EventQueue();
  queue.push(micros(5), 1, 1);
  queue.push(micros(3), 2, 2);
  queue.pop();
  queue.push(micros(5), 3, 3);
  queue.push(micros(4), 4, 4);
  const nodes: number[] = [];
  while (queue.pop()) nodes.push(queue.node);
  assertEquals(nodes, [4, 1, 3]);
});
