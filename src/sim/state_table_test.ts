import { assertEquals } from "@std/assert";
import { Random } from "random";
import { micros } from "units";
import { StateTable } from "./state_table.ts";
import type { Tuple } from "./tuple_index.ts";

function tupleOf(port: number): Tuple {
  return { local: 1, remote: 2, ports: port };
}

Deno.test("StateTable.expire() forgets what was quiet for long, closed entries sooner", () => {
  const table = new StateTable({ entries: 10, timeout: 100, closedTimeout: 10 });
  for (let port = 1; port <= 4; port++) table.add(tupleOf(port), micros(port));
  table.touch(tupleOf(2), micros(50), "closes");
  table.touch(tupleOf(1), micros(55), "goes on");
  table.touch(tupleOf(2), micros(56), "goes on");
  const present = (now: number): number[] => {
    table.expire(micros(now));
    return [1, 2, 3, 4].filter((port) => table.has(tupleOf(port)));
  };
  assertEquals(present(65), [1, 2, 3, 4]);
  assertEquals(present(66), [1, 3, 4]);
  assertEquals(present(103), [1, 4]);
  assertEquals(present(104), [1]);
  assertEquals(present(155), []);
  assertEquals(table.size, 0);
});

Deno.test("StateTable keeps what a model keeps, whatever happens", () => {
  const seed = 3;
  const random = new Random(seed);
  const table = new StateTable({ entries: 100, timeout: 1_000, closedTimeout: 50 });
  const model = new Map<number, number>();
  const closed = new Set<number>();
  for (let now = 0; now < 50_000; now += random.below(5)) {
    const port = random.below(300);
    for (const [known, at] of model) {
      if (at + (closed.has(known) ? 50 : 1_000) <= now) model.delete(known);
    }
    table.expire(micros(now));
    const hint = `seed ${seed}, time ${now}`;
    assertEquals([table.size, table.has(tupleOf(port))], [model.size, model.has(port)], hint);
    if (model.has(port)) {
      const use = (["opens", "goes on", "closes"] as const)[random.below(3)]!;
      assertEquals(table.touch(tupleOf(port), micros(now), use), true);
      model.set(port, now);
      if (use === "opens") closed.delete(port);
      if (use === "closes") closed.add(port);
    } else if (table.add(tupleOf(port), micros(now))) {
      model.set(port, now);
      closed.delete(port);
    } else assertEquals(model.size, 100, hint);
  }
});
