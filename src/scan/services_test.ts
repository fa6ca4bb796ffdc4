import { assertEquals, assertThrows } from "@std/assert";
import { rankedPorts, serviceName, servicePorts, TOP_PORTS_LIMIT, topPorts } from "./services.ts";

Deno.test("rankedPorts() holds every port once, most common first", () => {
  const ports = rankedPorts();
  assertEquals(ports.length, TOP_PORTS_LIMIT);
  assertEquals(new Set(ports).size, TOP_PORTS_LIMIT);
  assertEquals([...ports.subarray(0, 6)], [80, 23, 443, 21, 22, 25]);
});

Deno.test("topPorts() agrees with what nmap 7.93 lists for --top-ports 20", () => {
  const expected = [
    ...[21, 22, 23, 25, 53, 80, 110, 111, 135, 139, 143, 443, 445, 993, 995],
    ...[1723, 3306, 3389, 5900, 8080],
  ];
  assertEquals([...topPorts(20)], expected);
});

Deno.test("topPorts() refuses a number that the ranking does not have", () => {
  for (const count of [0, -1, 1.5, NaN, 2001]) assertThrows(() => topPorts(count), RangeError);
});

Deno.test("serviceName() knows the usual services and nothing about the others", () => {
  assertEquals(serviceName(22), "ssh");
  assertEquals(serviceName(443), "https");
  assertEquals(serviceName(4), undefined);
});

Deno.test("servicePorts() reads wildcards and ignores case", () => {
  assertEquals(servicePorts("SSH"), [22]);
  assertEquals(servicePorts("imap?"), [993]);
  assertEquals(servicePorts("pop*"), [106, 109, 110, 995]);
  assertEquals(servicePorts("nosuchservice"), []);
  assertEquals(servicePorts("s.h"), []);
});
