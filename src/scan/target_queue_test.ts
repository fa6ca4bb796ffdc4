import { assertEquals } from "@std/assert";
import { TargetQueue } from "./target_queue.ts";
import { TargetSet } from "./target_set.ts";
import { parseTarget } from "./target_syntax.ts";

/** The addresses of 192.0.2.0/24, in the order in which a queue gives them. */
function drawAll(queue: TargetQueue): string[] {
  const drawn: string[] = [];
  for (let spec = queue.next(); spec !== undefined; spec = queue.next()) drawn.push(spec.ip);
  return drawn;
}

function makeQueue(
  { seed = 1, index = 1, count = 1, counter }: {
    seed?: number;
    index?: number;
    count?: number;
    counter?: SharedArrayBuffer;
  },
): TargetQueue {
  const parsed = parseTarget("192.0.2.0/24");
  const targets = TargetSet.ofRanges(parsed.kind === "ranges" ? parsed.ranges : []).data;
  return new TargetQueue({ targets, seed, shard: { index, count }, counter });
}

Deno.test("TargetQueue.next() gives every target once, in the order of the seed", () => {
  const one = drawAll(makeQueue({}));
  assertEquals([one.length, new Set(one).size], [256, 256]);
  assertEquals(drawAll(makeQueue({})), one);
  assertEquals(drawAll(makeQueue({ seed: 2 })).join() === one.join(), false);
});

Deno.test("TargetQueue shares its targets with others that have the same counter", () => {
  const counter = new SharedArrayBuffer(4);
  const [one, two] = [makeQueue({ counter }), makeQueue({ counter })];
  const drawn: string[] = [];
  for (let turn = 0; !(one.isEmpty && two.isEmpty); turn++) {
    drawn.push((turn % 3 === 0 ? one : two).next()!.ip);
  }
  assertEquals([drawn.length, new Set(drawn).size, two.next()], [256, 256, undefined]);
});

Deno.test("TargetQueue: the shards of a job are disjoint and complete, for any count", () => {
  for (const count of [1, 2, 3, 7, 255, 256, 300]) {
    const drawn = Array.from({ length: count }, (_, i) => makeQueue({ index: i + 1, count }));
    const sizes = drawn.map(({ size }) => size);
    const all = drawn.flatMap(drawAll);
    assertEquals([all.length, new Set(all).size], [256, 256], `${count} shards`);
    assertEquals(sizes.reduce((a, b) => a + b), 256);
    assertEquals(Math.max(...sizes) - Math.min(...sizes) <= 1, true);
  }
});
