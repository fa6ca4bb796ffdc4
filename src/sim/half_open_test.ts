import { assertEquals } from "@std/assert";
import { HalfOpenTable, MAX_HALF_OPEN } from "./half_open.ts";
import { NONE } from "./tuple_index.ts";

Deno.test("HalfOpenTable.recordOf() knows a cookie until its record is removed", () => {
  const table = new HalfOpenTable();
  const tuple = { local: 1, remote: 2, ports: 3 };
  const record = table.add(tuple);
  const cookie = table.cookieOf(record);
  assertEquals(table.recordOf(cookie), record);
  table.retries[record] = 3;
  table.remove(record);
  assertEquals(table.recordOf(cookie), NONE);
  const again = table.add(tuple);
  assertEquals([again, table.retries[again], table.recordOf(cookie)], [record, 0, NONE]);
});

Deno.test("HalfOpenTable.add() keeps what it holds when it grows, and has an end", () => {
  const table = new HalfOpenTable();
  for (let i = 0; i < MAX_HALF_OPEN; i++) {
    const record = table.add({ local: 1, remote: 2, ports: i });
    table.sequence[record] = 7 * i;
    table.route[record] = i & 0xff;
  }
  assertEquals(table.add({ local: 9, remote: 9, ports: 9 }), NONE);
  for (const i of [0, 63, 64, 1_000, MAX_HALF_OPEN - 1]) {
    const record = table.find({ local: 1, remote: 2, ports: i });
    assertEquals([table.sequence[record], table.route[record]], [7 * i, i & 0xff]);
    assertEquals([table.localOf(record), table.remoteOf(record), table.portsOf(record)], [1, 2, i]);
    assertEquals(table.recordOf(table.cookieOf(record)), record);
  }
});
