import { assertEquals, assertGreater, assertThrows } from "@std/assert";
import { LinkError } from "scan/link.ts";
import { candidateRanges, parseEphemeralRange, reservePorts } from "./port_reservation.ts";
import "./testing.ts";

Deno.test("reservePorts() holds consecutive ports that nobody else is given", () => {
  const ports = reservePorts(16);
  assertEquals(ports.count, 16);
  for (let port = ports.first; port < ports.first + ports.count; port++) {
    assertThrows(() => Deno.listen({ hostname: "127.0.0.1", port }), Deno.errors.AddrInUse);
  }
  ports.close();
  ports.close();
  Deno.listen({ hostname: "127.0.0.1", port: ports.first }).close();
});

Deno.test("reservePorts() stays outside the range of outgoing connections", () => {
  const text = Deno.readTextFileSync("/proc/sys/net/ipv4/ip_local_port_range");
  const { first, last } = parseEphemeralRange(text);
  const ports = reservePorts(80);
  assertEquals(ports.first > last || ports.first + 79 < first, true);
  ports.close();
});

Deno.test("reservePorts() gives every caller ports of his own", () => {
  const all = Array.from({ length: 4 }, () => reservePorts(40));
  const numbers = all.flatMap(({ first, count }) =>
    Array.from({ length: count }, (_, index) => first + index)
  );
  assertEquals(new Set(numbers).size, 160);
  for (const ports of all) ports.close();
});

Deno.test("reservePorts() throws when no run is long enough", () => {
  const error = assertThrows(() => reservePorts(70_000), LinkError, "-g PORT");
  assertEquals(error.code, "address");
});

Deno.test("candidateRanges() begins above the ephemeral range", () => {
  const [above, below, inside] = candidateRanges({ first: 32_768, last: 60_999 });
  assertEquals(above, { first: 61_000, last: 65_535 });
  assertEquals(below, { first: 1_024, last: 32_767 });
  assertEquals(inside, { first: 32_768, last: 60_999 });
});

Deno.test("parseEphemeralRange() reads the kernel's form and falls back on its default", () => {
  assertEquals(parseEphemeralRange("1024\t5000\n"), { first: 1_024, last: 5_000 });
  assertGreater(parseEphemeralRange("what?").last, 60_000);
});
