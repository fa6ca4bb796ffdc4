import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { NO_SERIAL } from "../flight.ts";
import { TriggerTable } from "./trigger_table.ts";

/** What a tag carries: 8 bits above the hash, and the local port. */
const ROUNDS = 256;

Deno.test("TriggerTable finds every trigger that it remembers, by port and round", () => {
  fc.assert(fc.property(fc.constantFrom(1, 16, 64), fc.nat(20_000), (ports, count) => {
    const table = new TriggerTable(ports);
    for (let serial = 0; serial <= count; serial++) assertEquals(table.add(1_000 + serial), serial);
    const memory = Math.min(4_096, ROUNDS * ports);
    for (const back of [0, 1, ports, memory - 1]) {
      const number = count - back;
      if (number < 0) continue;
      const found = table.findByPort(table.portOf(number), table.roundOf(number));
      assertEquals(found, 1_000 + number, `${back} back`);
      assertEquals(table.findByCount(number % 4_096, 4_096), 1_000 + number);
    }
  }));
});

Deno.test("TriggerTable does not know what was never sent, or so long ago", () => {
  const table = new TriggerTable(64);
  assertEquals(table.findByPort(0, 0), NO_SERIAL);
  for (let serial = 0; serial < 100; serial++) table.add(serial);
  assertEquals(table.findByPort(40, 1), NO_SERIAL);
  assertEquals(table.findByPort(0, 5), NO_SERIAL);
  assertEquals(table.findByPort(35, 1), 99);
  for (let serial = 100; serial < 5_000; serial++) table.add(serial);
  assertEquals(table.findByPort(0, 0), NO_SERIAL);
});
