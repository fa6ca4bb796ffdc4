import { assertEquals, assertThrows } from "@std/assert";
import { Random } from "random";
import { NONE, type Tuple, TupleIndex } from "./tuple_index.ts";

Deno.test("TupleIndex keeps what a map would keep, through growth, removal and reuse", () => {
  const seed = 7;
  const random = new Random(seed);
  const index = new TupleIndex(300);
  const model = new Map<string, number>();
  for (let step = 0; step < 20_000; step++) {
    const tuple: Tuple = {
      local: 0xc0000200 + random.below(4),
      remote: 0xc6336401,
      ports: (random.below(150) << 16) + random.below(2),
    };
    const name = JSON.stringify(tuple);
    const known = model.get(name) ?? NONE;
    assertEquals(index.find(tuple), known, `seed ${seed}, step ${step}`);
    if (known !== NONE) {
      index.remove(known);
      model.delete(name);
    } else {
      const record = index.add(tuple);
      assertEquals(record === NONE, model.size === 300, `seed ${seed}, step ${step}`);
      if (record !== NONE) model.set(name, record);
    }
    assertEquals(index.size, model.size);
  }
  assertEquals(new Set(model.values()).size, model.size, "no record serves two");
});

Deno.test("TupleIndex.remove() refuses a record that is gone", () => {
  const index = new TupleIndex(10);
  const record = index.add({ local: 1, remote: 2, ports: 3 });
  index.remove(record);
  assertThrows(() => index.remove(record), Error, "once");
});
